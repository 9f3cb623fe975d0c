/** When two distinguished names are one, RFC 5280 §7.1. */
import type { DerElement } from '../../wire/der.ts';
import { nameText } from '../../wire/x509/name.ts';

/**
 * Equal for names that differ in case, in runs of blanks or in their string types only. Two names may share a key by
 * accident (both too long to be told apart); the signature decides then.
 */
export function nameKey(der: Uint8Array, name: DerElement | undefined): string {
  return nameText(der, name).toLowerCase().replace(/\s+/g, ' ');
}
