/** Key shares of hybrid groups are two shares in one, without a length between them. */
import type { Field } from '../../../shared/model.ts';
import { toHex } from '../../hex.ts';

interface Hybrid {
  /** The parts in wire order: name, bytes from the client, bytes from the server. */
  readonly parts: readonly (readonly [name: string, client: number, server: number])[];
  readonly spec: string;
}

/** Encapsulation key and ciphertext, FIPS 203 table 3. */
const MLKEM768 = ['ML-KEM-768', 1184, 1088] as const;
const MLKEM1024 = ['ML-KEM-1024', 1568, 1568] as const;
const KYBER768 = ['Kyber768', 1184, 1088] as const;
const X25519 = ['x25519', 32, 32] as const;
const P256 = ['secp256r1', 65, 65] as const;
const P384 = ['secp384r1', 97, 97] as const;
const SM2 = ['curveSM2', 65, 65] as const;

const ECDHE_MLKEM = 'draft-ietf-tls-ecdhe-mlkem §4.1';

const HYBRIDS: ReadonlyMap<number, Hybrid> = new Map([
  [0x11eb, { parts: [P256, MLKEM768], spec: ECDHE_MLKEM }],
  [0x11ec, { parts: [MLKEM768, X25519], spec: ECDHE_MLKEM }],
  [0x11ed, { parts: [P384, MLKEM1024], spec: ECDHE_MLKEM }],
  [0x11ee, { parts: [SM2, MLKEM768], spec: 'draft-yang-tls-hybrid-sm2-mlkem' }],
  [0x6399, { parts: [X25519, KYBER768], spec: 'draft-tls-westerbaan-xyber768d00 §3' }],
  [0x639a, { parts: [P256, KYBER768], spec: 'draft-kwiatkowski-tls-ecdhe-kyber §3' }],
]);

/**
 * The two parts of a hybrid group's share; none where the group is no hybrid or the size is not the sum of its parts'.
 * @param base where `share` begins in the message
 */
export function hybridParts(group: number, sender: 'client' | 'server', share: Uint8Array, base: number): Field[] {
  const hybrid = HYBRIDS.get(group);
  if (!hybrid) return [];
  const sizes = hybrid.parts.map(([, client, server]) => (sender === 'client' ? client : server));
  if (sizes.reduce((sum, size) => sum + size, 0) !== share.length) return [];
  let start = 0;
  return hybrid.parts.map(([name], n) => {
    const end = start + sizes[n]!;
    const field: Field = {
      name,
      value: toHex(share.subarray(start, end)),
      text: `${end - start} bytes`,
      range: [base + start, base + end],
      spec: hybrid.spec,
    };
    start = end;
    return field;
  });
}
