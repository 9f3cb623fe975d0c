/** Certificates that no tool would make, put together element by element. */

export type Bytes = readonly number[];

/** An element with its length in DER. */
export function tlv(tag: number, ...contents: readonly Bytes[]): number[] {
  const body = contents.flat();
  const { length } = body;
  if (length < 0x80) return [tag, length, ...body];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [tag, 0x80 | octets.length, ...octets, ...body];
}

export const sequence = (...contents: readonly Bytes[]) => tlv(0x30, ...contents);
export const string = (value: string, tag = 0x0c) => tlv(tag, [...new TextEncoder().encode(value)]);

export function oid(dotted: string): number[] {
  const [first = 0, second = 0, ...arcs] = dotted.split('.').map(Number);
  return tlv(0x06, [first * 40 + second, ...arcs].flatMap(base128));
}

function base128(value: number): number[] {
  const octets = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) octets.unshift(0x80 | (rest % 128));
  return octets;
}

export const name = (...attributes: readonly (readonly [type: string, value: Bytes])[]) =>
  sequence(...attributes.map(([type, value]) => tlv(0x31, sequence(oid(type), value))));

export interface Members {
  readonly version?: Bytes;
  readonly serial?: Bytes;
  readonly algorithm?: Bytes;
  readonly outerAlgorithm?: Bytes;
  readonly issuer?: Bytes;
  readonly validity?: Bytes;
  readonly subject?: Bytes;
  readonly publicKey?: Bytes;
  /** Extensions as `[oid, value]`; the value goes into the OCTET STRING. */
  readonly extensions?: readonly (readonly [type: string, value: Bytes])[];
  readonly afterExtensions?: Bytes;
}

const ED25519 = sequence(oid('1.3.101.112'));

export function certificateByHand(members: Members): Uint8Array {
  const algorithm = members.algorithm ?? ED25519;
  const extensions = members.extensions?.map(([type, value]) => sequence(oid(type), tlv(0x04, value)));
  const tbs = sequence(
    members.version ?? tlv(0xa0, tlv(0x02, [2])),
    members.serial ?? tlv(0x02, [1]),
    algorithm,
    members.issuer ?? name(['2.5.4.3', string('issuer')]),
    members.validity ?? sequence(string('260101000000Z', 0x17), string('20500101000000Z', 0x18)),
    members.subject ?? name(['2.5.4.3', string('subject')]),
    members.publicKey ?? sequence(ED25519, tlv(0x03, [0], new Array<number>(32).fill(7))),
    extensions === undefined ? [] : tlv(0xa3, sequence(...extensions)),
    members.afterExtensions ?? [],
  );
  return Uint8Array.from(sequence(tbs, members.outerAlgorithm ?? algorithm, tlv(0x03, [0, 1, 2, 3])));
}
