/** Names of protocols as node:tls is to send them. */

/**
 * A list of protocol names in its wire form (RFC 7301 §3.1). A name is a string of bytes, a character each (latin1), as the
 * decoder and node:tls give it; from strings node:tls would make UTF-8, and throw where that has more than 255 bytes.
 * Names of no length, which are illegal, and of more than 255 are left out.
 */
export function protocolNameList(names: readonly string[]): Buffer {
  const sendable = names.filter(({ length }) => length > 0 && length <= 255);
  return Buffer.concat(sendable.map((name) => Buffer.from(`${String.fromCharCode(name.length)}${name}`, 'latin1')));
}
