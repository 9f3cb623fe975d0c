/**
 * How a command on this machine shows the proxy that it may read the root's key, and so is its user's own: by an HMAC
 * under that key, which tells nothing of the key and signs nothing.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** The field of the request that carries it. */
export const CHECK_FIELD = 'Tlscope-Check';

/** @param keyFile the text of the root's key file. @returns lower-case hex */
export function checkMark(keyFile: string): string {
  return createHmac('sha256', keyFile).update('tlscope: is this the proxy of this root?').digest('hex');
}

/** Whether these bytes are a whole request for the root's certificate that carries the mark. */
export function isMarkedCheck(request: Buffer, mark: string): boolean {
  const text = request.toString('latin1', 0, MAX_REQUEST);
  if (!text.startsWith('GET /ca.pem HTTP/1.1\r\n') || !text.endsWith('\r\n\r\n')) return false;
  const given = new RegExp(`\r\n${CHECK_FIELD}: ([0-9a-f]{64})\r\n`, 'i').exec(text)?.[1];
  return given !== undefined && timingSafeEqual(Buffer.from(given), Buffer.from(mark));
}

/** Bytes; the command's own is shorter. */
const MAX_REQUEST = 1024;
