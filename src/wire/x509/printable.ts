/**
 * Text from a certificate, safe to show.
 *
 * Whoever issued the certificate chose these characters: a line break forges log lines, a right-to-left override turns
 * `gpj.exe` into `exe.jpg`. Both are shown as what they are.
 */

/** Controls, format characters (bidi, zero width), separators, unassigned or private ones and lone surrogates. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** `text` with every character that is not plainly visible written as `\u{202e}`. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}
