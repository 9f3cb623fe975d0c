/** Which protocol a client speaks, by its first decrypted bytes. */

export type Spoken = 'HTTP/1' | 'HTTP/2' | 'unknown';

/** Bytes after which nobody waits any longer for what they may be. */
export const MAX_FIRST_WORDS = 64;

/** RFC 9113 §3.4. */
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
/** RFC 9110 §5.6.2. */
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Every form of RFC 9112 §3.2 that a client uses towards a server it reached by itself: `/…`, `*`, `http…`. */
const TARGET = '/*hHwW';

/**
 * @param alpn what the handshake chose, if anything
 * @returns undefined while the bytes are too few to tell
 */
export function firstWords(bytes: Uint8Array, alpn: string | undefined): Spoken | undefined {
  if (startsLike(bytes, PREFACE)) return bytes.length >= PREFACE.length ? 'HTTP/2' : undefined;
  // Whoever agreed on it is read as that, however odd the bytes: the observer says what is wrong with them.
  if (alpn === 'http/1.1' || alpn === 'http/1.0') return 'HTTP/1';
  const start = emptyLines(bytes);
  let method = '';
  for (let i = start; i < Math.min(bytes.length, start + MAX_FIRST_WORDS); i++) {
    const letter = String.fromCharCode(bytes[i]!);
    if (letter !== ' ') {
      if (!METHOD.test(letter)) return 'unknown';
      method += letter;
      continue;
    }
    const next = bytes[i + 1];
    if (next === undefined) return undefined;
    return method !== '' && TARGET.includes(String.fromCharCode(next)) ? 'HTTP/1' : 'unknown';
  }
  return bytes.length - start < MAX_FIRST_WORDS ? undefined : 'unknown';
}

function startsLike(bytes: Uint8Array, word: string): boolean {
  const length = Math.min(bytes.length, word.length);
  for (let i = 0; i < length; i++) if (bytes[i] !== word.charCodeAt(i)) return false;
  return length > 0;
}

/** RFC 9112 §2.2: empty lines before a request are passed over. */
function emptyLines(bytes: Uint8Array): number {
  let start = 0;
  while (start < MAX_FIRST_WORDS && (bytes[start] === 0x0d || bytes[start] === 0x0a)) start++;
  return start;
}
