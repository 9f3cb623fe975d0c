/** What is to be said of a field: its own entry in the glossary, or that of the nearest thing around it that has one. */
import { explain, type GlossaryEntry } from '../../../src/insight/glossary.ts';
import type { Field } from '../../../src/shared/model.ts';
import { fieldAt, type Path } from './hex.ts';

/** A name that says nothing by itself is not worth a line of its own while something around it is. */
const DULL = new Set(['length', 'msg_type', 'type', 'extension_type', 'extension_data']);

/** The entry for the field at `path`; for the message itself (`message`, its type) when the path is empty or has none. */
export function explainField(fields: readonly Field[], path: Path, message: string): GlossaryEntry | undefined {
  let dull: GlossaryEntry | undefined;
  for (let length = path.length; length > 0; length--) {
    const name = fieldAt(fields, path.slice(0, length))?.name ?? '';
    const entry = explain(name);
    if (entry === undefined) continue;
    if (!DULL.has(name) || length === path.length) return entry;
    dull ??= entry;
  }
  return explain(message) ?? dull;
}
