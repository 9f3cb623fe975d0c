/** Masks in text that is made of `key=value`, and in URLs. */

/** What stands for a value that was masked. */
export const MASK = 'REDACTED';

/**
 * Masks the values of these keys (in lower case).
 * @param before what may stand before a key, besides the beginning
 * @param after what ends a value, besides what stands before a key
 */
export function maskKeys(
  text: string,
  keys: ReadonlySet<string>,
  before: RegExp,
  after?: RegExp,
): readonly [string, number] {
  if (keys.size === 0) return [text, 0];
  let masked = 0;
  // Split so that the separators stay, at odd places.
  const parts = text.split(new RegExp(`(${before.source})`));
  const out = parts.map((part, i) => {
    const equals = part.indexOf('=');
    if (i % 2 === 1 || equals < 0 || !keys.has(keyOf(part.slice(0, equals)))) return part;
    masked++;
    const value = part.slice(equals + 1);
    const end = after ? value.search(after) : -1;
    return `${part.slice(0, equals + 1)}${MASK}${end < 0 ? '' : value.slice(end)}`;
  });
  return [out.join(''), masked];
}

/** Masks `user:password@` of an authority or of the URLs in a text (RFC 3986 §3.2.1). */
export function maskUserInfo(text: string): readonly [string, number] {
  let masked = 0;
  const out = text.replace(/(^|\/\/)[^/?#@\s"<>]*@/g, (_whole, before: string) => {
    masked++;
    return `${before}${MASK}@`;
  });
  return [out, masked];
}

/** As a server would read it: `%74oken` and `token` are one key, and so is `Token` for our purpose. */
function keyOf(text: string): string {
  const wire = text.replace(/^.*[\s"<]/s, '').replaceAll('+', ' ');
  // Text off the wire has one character a byte.
  const plain = /^[\0-\xff]*$/.test(wire) ? Buffer.from(wire, 'latin1').toString('utf8') : wire;
  try {
    return decodeURIComponent(plain).toLowerCase();
  } catch {
    return plain.toLowerCase();
  }
}
