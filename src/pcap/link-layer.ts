/**
 * The way from a packet's first byte to its IP header, by link type (the LINKTYPE_ values of tcpdump.org).
 *
 * Each row gives the offset of what follows the link header and its EtherType; where the link header has none, the
 * version in the IP header's first bits tells.
 */

const ETHERTYPE = { ipv4: 0x0800, ipv6: 0x86dd, pppoeSession: 0x8864 } as const;
/** Tags of IEEE 802.1Q and 802.1ad, and one that was used before the latter. */
const VLAN_TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);
const MAX_TAGS = 8;
/** PPP protocol numbers. */
const PPP = { ipv4: 0x0021, ipv6: 0x0057 } as const;

type Finder = (bytes: Uint8Array) => number | undefined;

const LINKS: Readonly<Record<number, Finder>> = {
  0: (bytes) => byVersion(bytes, 4), // NULL
  1: (bytes) => byEtherType(bytes, 12), // Ethernet
  9: (bytes) => byPpp(bytes, bytes[0] === 0xff ? 2 : 0), // PPP
  12: (bytes) => byVersion(bytes, 0), // raw IP, as some programs number it
  14: (bytes) => byVersion(bytes, 0), // the same on OpenBSD
  50: (bytes) => byPpp(bytes, 2), // PPP in HDLC framing
  51: (bytes) => byPpp(bytes, 6), // PPP over Ethernet, from the header of RFC 2516 §4 on
  101: (bytes) => byVersion(bytes, 0), // raw IP
  104: (bytes) => byEtherType(bytes, 2), // Cisco HDLC
  108: (bytes) => byVersion(bytes, 4), // LOOP
  113: (bytes) => byEtherType(bytes, 14), // Linux cooked
  228: (bytes) => byVersion(bytes, 0), // IPv4
  229: (bytes) => byVersion(bytes, 0), // IPv6
  276: (bytes) => byEtherType(bytes, 0, 20), // Linux cooked v2
};

/** The IP packet within, as a view; a word when there is none. */
export function ipPacket(linkType: number, bytes: Uint8Array): Uint8Array | 'link-type' | 'not-ip' {
  const find = LINKS[linkType];
  if (find === undefined) return 'link-type';
  const at = find(bytes);
  return at === undefined ? 'not-ip' : bytes.subarray(at);
}

/** @param body offset of what follows the EtherType, where that is not right behind it */
function byEtherType(bytes: Uint8Array, at: number, body = at + 2): number | undefined {
  let type = u16(bytes, at);
  let next = body;
  // Behind a tag's two bytes stands the EtherType of what it wraps.
  for (let tags = 0; VLAN_TAGS.has(type) && tags < MAX_TAGS; tags++) {
    type = u16(bytes, next + 2);
    next += 4;
  }
  if (type === ETHERTYPE.pppoeSession) return byPpp(bytes, next + 6);
  return type === ETHERTYPE.ipv4 || type === ETHERTYPE.ipv6 ? next : undefined;
}

function byPpp(bytes: Uint8Array, at: number): number | undefined {
  // The protocol's first byte may be left out when it is zero (RFC 1661 §6.5).
  const isShort = ((bytes[at] ?? 0) & 1) === 1;
  const protocol = isShort ? bytes[at] : u16(bytes, at);
  return protocol === PPP.ipv4 || protocol === PPP.ipv6 ? at + (isShort ? 1 : 2) : undefined;
}

function byVersion(bytes: Uint8Array, at: number): number | undefined {
  const version = (bytes[at] ?? 0) >> 4;
  return version === 4 || version === 6 ? at : undefined;
}

/** 0, which is no EtherType, past the end. */
function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
