/** The body of a request as text to edit: whole and as it was, or not at all. */
import type { BodyFacts } from '../../../../src/shared/exchange.ts';
import type { Answered } from '../../live/ask.ts';
import type { BodyPart } from '../../live/body.ts';
import { bytes } from '../../text/format.ts';
import type { Refused } from './edits.ts';

/** Bytes of a body that can be edited. */
export const EDITABLE = 256 * 1024;

/** Why the body cannot be edited, as far as that is known before it is read. */
export function refusedUnread({ size, kept }: BodyFacts): Refused | undefined {
  if (kept >= size) return undefined;
  const there = kept === 0 ? 'None' : `Only the first ${bytes(kept)}`;
  return {
    problem: `${there} of this body's ${bytes(size)} ${kept === 0 ? 'is' : 'are'} kept, so it cannot be edited.`,
  };
}

/** @param part what was read of it from its start, `EDITABLE` bytes at most */
export function bodyText(facts: BodyFacts, part: Answered<BodyPart>): { readonly text: string } | Refused {
  const refused = refusedUnread(facts);
  if (refused) return refused;
  if (part.kind === 'error') return { problem: part.text };
  const { bytes: content, more, note } = part.answer;
  if (note !== '') return { problem: `This body cannot be edited. ${note}` };
  if (more) return { problem: `Only bodies up to ${bytes(EDITABLE)} can be edited here.` };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content) };
  } catch {
    return { problem: 'This body is no text; it can be sent as it was.' };
  }
}
