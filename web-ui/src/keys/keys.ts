/** Every key the dashboard listens to, for the help and for the code that tests them. */

export interface KeyRow {
  readonly keys: readonly string[];
  readonly does: string;
}

/** What `?` shows, in this order. */
export const KEYS: readonly { readonly where: string; readonly rows: readonly KeyRow[] }[] = [
  {
    where: 'Anywhere',
    rows: [
      { keys: ['/'], does: 'Go to the filter' },
      { keys: ['j', 'k'], does: 'Next, previous connection' },
      { keys: ['Esc'], does: 'Back: from a message to its line, from the connection to the list, then close it' },
      { keys: ['?'], does: 'Show or hide these keys' },
    ],
  },
  {
    where: 'List',
    rows: [
      { keys: ['↓', '↑', 'PgDn', 'PgUp', 'Home', 'End'], does: 'Move; End follows the newest again' },
      { keys: ['Enter'], does: 'Open the connection' },
    ],
  },
  {
    where: 'Findings',
    rows: [{ keys: ['Enter'], does: 'Go to the messages that show it, which are marked' }],
  },
  {
    where: 'Handshakes',
    rows: [
      { keys: ['←', '→'], does: 'Client leg, server leg' },
      { keys: ['↓', '↑'], does: 'Next, previous message of the leg' },
      { keys: ['Enter'], does: 'Open or close the message' },
    ],
  },
  {
    where: 'Message fields',
    rows: [
      { keys: ['↓', '↑'], does: 'Next, previous field; its bytes are marked' },
      { keys: ['→', '←'], does: 'Unfold; fold, or go to the field around it' },
    ],
  },
];

/** Typing into this element must not be read as a shortcut. */
export function takesText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLElement && target.isContentEditable)
  );
}

/** Held with a modifier, a key belongs to the browser. */
export function modified(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.altKey;
}
