/** What a row of the comparison is made from. */
import type { ComparisonRow, Handshake } from '../shared/model.ts';
import { protocolWords } from '../wire/tls/extensions/names.ts';
import { isGrease, versionName } from '../wire/tls/registries.ts';
import type { ClientHello } from '../wire/tls/values.ts';

export interface LegPair {
  readonly client: Handshake;
  readonly server: Handshake;
  /** The client's first ClientHello. */
  readonly offer: ClientHello | undefined;
  /** Ours to the server. */
  readonly repeated: ClientHello | undefined;
}

export type RowMaker = (pair: LegPair) => ComparisonRow;

/** Whose doing a row is, and the sentence that says so. */
export type Blame = Pick<ComparisonRow, 'why' | 'text'>;

/** Shown where a handshake did not get as far. */
export const NOT_REACHED = 'not reached';

/** Shown where the client did not ask for something. */
export const NOT_OFFERED = 'not part of the offer';

/** The value, or why there is none: the handshake has no such thing, or ended before it. */
export function settled(handshake: Handshake, value: string | undefined, absent = 'none'): string {
  if (value !== undefined) return value;
  return handshake.state === 'established' ? absent : NOT_REACHED;
}

/** `a, b, c`, every GREASE value as `GREASE`: which of the sixteen it is was drawn by lot (RFC 8701 §3). */
export function listOf(values: readonly number[], name: (id: number) => string): string {
  return values.map((value) => (isGrease(value) ? 'GREASE' : name(value))).join(', ') || 'none';
}

/** What ALPN lists, escaped; a name that holds the comma which parts them is quoted. */
export function protocolNames({ alpn }: ClientHello): string {
  return alpn.map(quoted).join(', ') || 'none';
}

function quoted(name: string): string {
  return name.includes(',') ? JSON.stringify(protocolWords(name)) : protocolWords(name);
}

/** What supported_versions lists; a hello without it offers everything up to its legacy version (RFC 5246 appendix E.1). */
export function offeredVersions(offer: ClientHello): string {
  const { supportedVersions, legacyVersion } = offer;
  return supportedVersions.length > 0 ? listOf(supportedVersions, versionName) : `up to ${versionName(legacyVersion)}`;
}

/** Equal, different, or unknown when a side did not get there. */
export function verdictOf(server: string, client: string): ComparisonRow['verdict'] {
  if (server === NOT_REACHED || client === NOT_REACHED) return 'unknown';
  return server === client ? 'equal' : 'different';
}

/** Why nothing can be compared. */
export function notComparable({ client, server }: LegPair): Blame {
  const failed = server.state === 'failed' ? 'server' : client.state === 'failed' ? 'client' : undefined;
  return {
    why: 'not-applicable',
    text: failed === undefined ? 'Not settled on both legs yet.' : `The ${failed} leg failed before this was settled.`,
  };
}
