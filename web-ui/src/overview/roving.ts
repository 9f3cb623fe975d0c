/** One tab stop for all the bars of a panel: arrows, Home and End move between them (WAI-ARIA: roving tabindex). */

/** An attachment for the element around the buttons. They may come and go. */
export function roving(around: HTMLElement): () => void {
  let current: HTMLElement | undefined;
  const buttons = () => [...around.querySelectorAll<HTMLElement>('button')];
  const settle = (): void => {
    const all = buttons();
    if (!current || !all.includes(current)) current = all[0];
    for (const button of all) button.tabIndex = button === current ? 0 : -1;
  };
  const focused = ({ target }: FocusEvent): void => {
    if (target instanceof HTMLButtonElement) {
      current = target;
      settle();
    }
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || !current) return;
    const to = neighbour(buttons(), current, event.key);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    to.focus();
  };
  const observer = new MutationObserver(settle);
  observer.observe(around, { childList: true, subtree: true });
  around.addEventListener('focusin', focused);
  around.addEventListener('keydown', pressed);
  settle();
  return () => {
    observer.disconnect();
    around.removeEventListener('focusin', focused);
    around.removeEventListener('keydown', pressed);
  };
}

/** In a table up and down stay in the column; everywhere else all arrows go through the buttons in order. */
function neighbour(all: readonly HTMLElement[], from: HTMLElement, key: string): HTMLElement | undefined {
  const column = from.dataset['column'];
  const vertical = key === 'ArrowUp' || key === 'ArrowDown';
  const among = vertical && column !== undefined ? all.filter(({ dataset }) => dataset['column'] === column) : all;
  const at = among.indexOf(from);
  if (key === 'ArrowRight' || key === 'ArrowDown') return among[at + 1];
  if (key === 'ArrowLeft' || key === 'ArrowUp') return among[at - 1];
  if (key === 'Home') return all[0];
  if (key === 'End') return all.at(-1);
  return undefined;
}
