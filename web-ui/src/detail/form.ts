/** Whether the reader would rather see the handshakes as ladders or in words. Kept by the browser where it keeps anything. */

export type Form = 'ladder' | 'words';

const KEY = 'tlscope.handshakes';

export function readForm(storage: Pick<Storage, 'getItem'> = localStorage): Form {
  try {
    return storage.getItem(KEY) === 'words' ? 'words' : 'ladder';
  } catch {
    return 'ladder';
  }
}

export function rememberForm(form: Form, storage: Pick<Storage, 'setItem'> = localStorage): void {
  try {
    storage.setItem(KEY, form);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}
