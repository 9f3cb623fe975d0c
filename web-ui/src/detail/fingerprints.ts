/** The fingerprints of both legs' hellos, one row each. */
import type { Connection, Fingerprints } from '../../../src/shared/model.ts';

export interface FingerprintRow {
  readonly label: string;
  /** Whose hello it is made of. */
  readonly of: 'ClientHello' | 'ServerHello';
  readonly client?: string;
  readonly server?: string;
}

const ROWS: readonly (readonly [key: keyof Fingerprints, label: string, of: FingerprintRow['of']])[] = [
  ['ja4', 'JA4', 'ClientHello'],
  ['ja4Raw', 'JA4_r', 'ClientHello'],
  ['ja4RawOriginal', 'JA4_ro', 'ClientHello'],
  ['ja3', 'JA3', 'ClientHello'],
  ['ja3Raw', 'JA3 string', 'ClientHello'],
  ['ja3s', 'JA3S', 'ServerHello'],
  ['ja3sRaw', 'JA3S string', 'ServerHello'],
];

/** Those that at least one leg has. */
export function fingerprintRows({ client, server }: Connection['legs']): FingerprintRow[] {
  return ROWS.flatMap(([key, label, of]) => {
    const [ours, theirs] = [client?.tls?.fingerprints[key], server?.tls?.fingerprints[key]];
    if (!ours && !theirs) return [];
    return [{ label, of, ...(ours && { client: ours }), ...(theirs && { server: theirs }) }];
  });
}
