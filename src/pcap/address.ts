/** The end of a TCP connection as a key. */

/** Short and unique; not for people. */
export function endKey(address: Uint8Array, port: number): string {
  let key = String.fromCharCode(port);
  for (let i = 0; i < address.length; i += 2) key += String.fromCharCode((address[i]! << 8) | (address[i + 1] ?? 0));
  // IPv4 and IPv6 never meet, and each has its length.
  return key;
}
