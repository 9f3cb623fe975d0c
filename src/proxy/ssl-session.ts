/** What OpenSSL writes of a session (SSL_SESSION in ASN.1, ssl/ssl_asn1.c): here only the key it is resumed with. */
import { readElement, readElements, TAG } from '../wire/der.ts';

const TLS13 = 0x0304;
/** Members of the SEQUENCE, by place: version, ssl_version, cipher, session_id, master_key. */
const SSL_VERSION = 1;
const MASTER_KEY = 4;

/**
 * The pre-shared key of a TLS 1.3 session (RFC 8446 §4.6.1), which stands where older versions have their master
 * secret. Undefined for sessions of older versions, whose master secret is logged, and for anything else.
 * @param session as node:tls's `session` event gives it
 */
export function preSharedKey(session: Uint8Array): Uint8Array | undefined {
  const outer = readElement(session, [startOf(session), session.length]);
  if (outer?.tag !== TAG.sequence) return undefined;
  const members = readElements(session, outer.body, MASTER_KEY + 1);
  const [version, key] = [members[SSL_VERSION], members[MASTER_KEY]];
  if (version?.tag !== TAG.integer || key?.tag !== TAG.octetString) return undefined;
  const number = session.subarray(...version.body).reduce((value, byte) => value * 256 + byte, 0);
  return number === TLS13 ? session.slice(...key.body) : undefined;
}

/** Node 26 writes ahead which peer the session is for: this mark, the length of the name in two bytes, the name. */
const MARK = new TextEncoder().encode('\0nodejs:tls:session:1\0');

function startOf(session: Uint8Array): number {
  if (MARK.some((byte, i) => session[i] !== byte)) return 0;
  const [high = 0, low = 0] = session.subarray(MARK.length);
  return Math.min(session.length, MARK.length + 2 + high * 256 + low);
}
