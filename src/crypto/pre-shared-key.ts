/** Which pre-shared key at hand belongs to which identity of a ClientHello (RFC 8446 §4.2.11). */
import { type Evidence, pskOf } from '../shared/evidence.ts';
import { toHex } from '../wire/hex.ts';
import type { ClientHello } from '../wire/tls/values.ts';

/** Undefined when it is not at hand, or when that cannot be told: a key without an identity is that of a sole one. */
export function preSharedKey(
  { pskIdentities }: ClientHello,
  index: number,
  secrets: Evidence['secrets'],
): Uint8Array | undefined {
  const identity = pskIdentities[index]?.identity;
  if (identity === undefined) return undefined;
  return secrets.get(pskOf(toHex(identity))) ?? (pskIdentities.length === 1 ? secrets.get('TLSCOPE_PSK') : undefined);
}
