/** IP addresses as text and as keys. */

/** `192.0.2.1`, or `2001:db8::1` (RFC 5952). */
export function addressText(address: Uint8Array): string {
  if (address.length === 4) return address.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((address[2 * i] ?? 0) << 8) | (address[2 * i + 1] ?? 0));
  let [bestStart, bestLength] = [-1, 1];
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === 0) end++;
    if (end - start > bestLength) [bestStart, bestLength] = [start, end - start];
  }
  const hex = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  if (bestStart < 0) return hex(0, 8);
  return `${hex(0, bestStart)}::${hex(bestStart + bestLength, 8)}`;
}

/** Short and unique; not for people. */
export function endKey(address: Uint8Array, port: number): string {
  let key = String.fromCharCode(port);
  for (let i = 0; i < address.length; i += 2) key += String.fromCharCode((address[i]! << 8) | (address[i + 1] ?? 0));
  // IPv4 and IPv6 never meet, and each has its length.
  return key;
}
