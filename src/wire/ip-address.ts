/** IP addresses as text. */

/** @param address 4 or 16 bytes. @returns `192.0.2.1`, or `2001:db8::1` (RFC 5952) */
export function addressText(address: Uint8Array): string {
  if (address.length === 4) return address.join('.');
  const groups = Array.from({ length: 8 }, (_, n) => ((address[2 * n] ?? 0) << 8) | (address[2 * n + 1] ?? 0));
  const words = groups.map((group) => group.toString(16));
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && groups[at + length] === 0) length++;
    if (length > best.length) best = { at, length };
  }
  if (best.at < 0) return words.join(':');
  return `${words.slice(0, best.at).join(':')}::${words.slice(best.at + best.length).join(':')}`;
}
