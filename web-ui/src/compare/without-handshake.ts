/** Why two connections cannot be set side by side. */

const WHY = 'plain HTTP, failed before TLS, or imported from a file that holds none';

/** @param ids of the compared connections those that have no recorded handshake, one or both */
export function withoutHandshakeText(ids: readonly number[]): string {
  if (ids.length > 1) return `Neither connection has a recorded handshake: each was ${WHY}.`;
  return `Connection ${ids[0]} has no recorded handshake, so there is nothing to set against the other’s: it was ${WHY}.`;
}
