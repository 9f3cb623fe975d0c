/** A Content-Type as sent, taken apart (RFC 9110 §8.3.1). */

export interface MediaType {
  /** `type/subtype` in lower case; empty when there is none. */
  readonly essence: string;
  /** Names in lower case, values without their quotes; the first of a name counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

const PARAMETER = /;[ \t]*([\w!#$%&'*+.^`|~-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"?|([^;\s]*))/gy;
/** Longer values are no types. */
const MAX_LENGTH = 10_000;

export function mediaType(value: string): MediaType {
  const text = value.slice(0, MAX_LENGTH);
  const semicolon = text.indexOf(';');
  const essence = (semicolon < 0 ? text : text.slice(0, semicolon)).trim().toLowerCase();
  const parameters = new Map<string, string>();
  for (let at = semicolon; at >= 0 && at < text.length; ) {
    PARAMETER.lastIndex = at;
    const found = PARAMETER.exec(text);
    if (found) {
      const name = found[1]!.toLowerCase();
      if (!parameters.has(name)) parameters.set(name, found[2]?.replace(/\\(.)/gs, '$1') ?? found[3] ?? '');
      at += found[0].length;
    }
    at = text.indexOf(';', found ? at : at + 1);
  }
  return { essence, parameters };
}
