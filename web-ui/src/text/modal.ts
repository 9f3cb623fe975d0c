/** An attachment for a `<dialog>`: shows it over the page, which it makes inert, as long as it is there. */
export function modal(dialog: HTMLDialogElement): void {
  dialog.showModal();
}
