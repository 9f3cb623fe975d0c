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
      { keys: ['1', '2'], does: 'Connections, exchanges' },
      { keys: ['j', 'k'], does: 'Next, previous row' },
      { keys: ['Esc'], does: 'Back: from a message to its line, from what is opened to the list, then close it' },
      { keys: ['?'], does: 'Show or hide these keys' },
    ],
  },
  {
    where: 'List',
    rows: [
      { keys: ['↓', '↑', 'PgDn', 'PgUp', 'Home', 'End'], does: 'Move; End follows the newest again' },
      { keys: ['Enter'], does: 'Open the connection or exchange' },
    ],
  },
  {
    where: 'Filter',
    rows: [
      { keys: ['↓', '↑'], does: 'Choose what to complete; Enter or Tab takes it' },
      { keys: ['Enter'], does: 'To the list' },
      { keys: ['Esc'], does: 'Clear the filter, then to the list' },
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
