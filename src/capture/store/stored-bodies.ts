/** Bodies out of a session's file, page by page as the reader takes them. */
import type { BodyPart, BodySide } from '../body-store.ts';
import { SIDE } from './schema.ts';
import type { WorkerLink } from './worker-link.ts';

/** @throws Error when the file can no longer be read */
export async function* storedBody(link: WorkerLink, exchange: number, side: BodySide): AsyncGenerator<BodyPart, void> {
  let after = 0;
  do {
    const page = await link.ask({ ask: 'body', exchange, side: SIDE[side], after });
    let position = 0;
    for (const [i, size] of page.sizes.entries()) {
      yield { bytes: page.bytes.subarray(position, position + size), at: page.at[i]! };
      position += size;
    }
    after = page.next;
  } while (after > 0);
}
