/**
 * What program made a ClientHello, by the suites it offers and their order: few programs let their users change them.
 * Many name themselves nowhere else, since they send no User-Agent with CONNECT.
 */
import { isGrease } from '../wire/tls/registries.ts';
import type { ClientHello } from '../wire/tls/values.ts';

/** A program, or a library that makes the offers of many. */
export type OfferMaker = 'Python' | 'Python with urllib3' | 'Node.js' | 'Java' | 'PHP' | 'GnuTLS' | 'OpenSSL';

export interface OfferSeen extends Pick<ClientHello, 'cipherSuites'> {
  readonly extensions: readonly Pick<ClientHello['extensions'][number], 'type'>[];
}

/** RFC 6961; of the usual libraries, Java's alone still asks for it. */
const STATUS_REQUEST_V2 = 17;
const SESSION_TICKET = 35;
const FIRST_OF_TLS13 = 0x1301;
const LAST_OF_TLS13 = 0x1305;

/** How the suites for TLS 1.2 begin, by program; the first that fits decides. */
const BEGINNINGS: readonly (readonly [maker: OfferMaker, suites: readonly number[]])[] = [
  // ECDHE-RSA-AES128-GCM-SHA256 and its like by name, then HIGH.
  ['Node.js', [0xc02f, 0xc02b, 0xc030, 0xc02c, 0x009e, 0xc027]],
  ['PHP', [0xc02f, 0xc02b, 0xc030, 0xc02c, 0x009e, 0x00a2]],
  // ECDH+AESGCM:ECDH+CHACHA20:…
  ['Python', [0xc02c, 0xc030, 0xc02b, 0xc02f, 0xcca9, 0xcca8]],
  ['OpenSSL', [0xc02c, 0xc030, 0x009f, 0xcca9, 0xcca8, 0xccaa]],
  // It sets the suites of one kind of certificate apart, CCM among them.
  ['GnuTLS', [0xc02c, 0xcca9, 0xc0ad, 0xc00a, 0xc02b, 0xc0ac]],
];

/** Whose offer this looks like; undefined when it is like none that is known. */
export function offerMaker({ cipherSuites, extensions }: OfferSeen): OfferMaker | undefined {
  const has = (id: number) => extensions.some(({ type }) => type === id);
  if (cipherSuites.some(isGrease)) return undefined;
  if (has(STATUS_REQUEST_V2)) return 'Java';
  const older = cipherSuites.filter((id) => id < FIRST_OF_TLS13 || id > LAST_OF_TLS13);
  const maker = BEGINNINGS.find(([, suites]) => suites.every((id, at) => older[at] === id))?.[0];
  // urllib3 switches tickets off (SSL_OP_NO_TICKET).
  return maker === 'Python' && !has(SESSION_TICKET) ? 'Python with urllib3' : maker;
}
