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
      { keys: ['Ctrl+K', '⌘K'], does: 'Search the heads and bodies of all exchanges' },
      { keys: ['/'], does: 'Go to the filter' },
      { keys: ['1', '2', '3', '4'], does: 'Connections, exchanges, overview, set up' },
      { keys: ['j', 'k'], does: 'Next, previous row' },
      {
        keys: ['Esc'],
        does: 'Back: from a message to its line, from what is opened to the list; clear the selection; close',
      },
      { keys: ['?'], does: 'Show or hide these keys' },
    ],
  },
  {
    where: 'List',
    rows: [
      { keys: ['↓', '↑', 'PgDn', 'PgUp'], does: 'Move through the rows' },
      { keys: ['Home', 'End'], does: 'First row; last row, following the newest again' },
      { keys: ['Enter'], does: 'Open the connection or exchange' },
      { keys: ['p'], does: 'Pause the lists, or let them go on' },
      { keys: ['x'], does: 'From a connection to its exchanges' },
      { keys: ['c'], does: 'From an exchange to its connection' },
      { keys: ['Space'], does: 'Select the row, or take it out of the selection' },
      {
        keys: ['Shift ↓', 'Shift ↑', 'Ctrl A'],
        does: 'Extend the selection by a row; select all that the filter lets through',
      },
      { keys: ['e'], does: 'Export what is selected, or opened' },
      { keys: ['Del'], does: 'Delete what is selected, or opened; asks first' },
      { keys: ['Shift ←', 'Shift →'], does: 'On a heading: its column narrower, wider; Enter sorts by it' },
      { keys: ['↓', '↑', '←', '→'], does: 'On the edge between list and what is opened: more room for one' },
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
      { keys: ['←', '→'], does: 'The same message on the client leg, on the server leg' },
      { keys: ['j', 'k', '↓', '↑'], does: 'Next, previous message of the leg; Home and End for the first and last' },
      { keys: ['Enter'], does: 'Open or close the message; Esc closes it' },
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

/** Something lies over the page: keys are meant for it. */
export function isCovered(): boolean {
  return document.querySelector('dialog[open], [popover]:popover-open') !== null;
}
