/** Which of the things that our ClientHello does not repeat a server can act on. */
import type { MirrorGap } from '../shared/model.ts';
import { isGrease } from '../wire/tls/registries.ts';

/**
 * What changes no answer: point formats, of which only one is still used (RFC 8422 §5.1.2), filler (RFC 7685), and the two
 * forms of one signal, of which one is always sent (RFC 5746 §3.3).
 */
const INERT: readonly (readonly [kind: MirrorGap['kind'], id: number])[] = [
  ['extension', 0x000b],
  ['extension', 0x0015],
  ['extension', 0xff01],
  ['cipherSuite', 0x00ff],
];

/** What decides most of a handshake comes first. */
const ORDER: readonly MirrorGap['kind'][] = [
  'version',
  'cipherSuite',
  'supportedGroup',
  'signatureAlgorithm',
  'extension',
  'other',
];

/**
 * The gaps that a server can act on, gravest first. Reserved values (RFC 8701) and the order of extensions, too, are
 * left out: a server chooses nothing by them, and no browser's hello is without such a gap. The comparison of the hellos
 * shows them.
 */
export function weighty(gaps: readonly MirrorGap[]): readonly MirrorGap[] {
  return gaps.filter((gap) => !isInert(gap)).sort((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind));
}

function isInert({ kind, id }: MirrorGap): boolean {
  if (kind === 'other') return false;
  return (id < 0 && kind === 'extension') || isGrease(id) || INERT.some(([of, type]) => of === kind && type === id);
}
