/** Whether the reader would rather see the handshakes as ladders or in words. Kept by the browser where it keeps anything. */
import { keep, kept } from '../text/kept.ts';

export type Form = 'ladder' | 'words';

const NAME = 'handshakes';

export function readForm(): Form {
  return kept(NAME, (value) => (value === 'words' ? value : undefined)) ?? 'ladder';
}

export function rememberForm(form: Form): void {
  keep(NAME, form);
}
