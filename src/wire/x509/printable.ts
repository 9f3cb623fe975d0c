/**
 * Text from a certificate, safe to show.
 *
 * Whoever issued the certificate chose these characters: a line break forges log lines, a right-to-left override turns
 * `gpj.exe` into `exe.jpg`. Both are shown as what they are.
 */

/** Controls, format characters (bidi, zero width), separators, unassigned or private ones and lone surrogates. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Longer text is cut: RFC 5280 appendix A.1 allows names 64 characters, and nobody reads a thousand. */
const MAX_LENGTH = 1000;

/** `text` with every character that is not plainly visible written as `\u{202e}`, at most `MAX_LENGTH` of it. */
export function printable(text: string): string {
  const cut = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
  return cut.replace(UNSAFE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}
