/** Which parts an opened connection has, in the order they are shown. */
import { differencesText } from '../../../src/insight/comparison-words.ts';
import type { Connection, Handshake } from '../../../src/shared/model.ts';
import type { SectionLink } from '../pane/section-link.ts';
import { count } from '../text/format.ts';
import { differences } from './diffs.ts';
import { fingerprintRows } from './fingerprints.ts';

export type SectionId =
  | 'handshakes'
  | 'findings'
  | 'comparison'
  | 'exchanges'
  | 'hellos'
  | 'limits'
  | 'alerts'
  | 'certificates'
  | 'derivation'
  | 'http'
  | 'fingerprints';

export interface Section {
  readonly id: SectionId;
  readonly title: string;
  /** How much is in it; empty when that says nothing. */
  readonly note: string;
}

interface Row extends Omit<Section, 'note'> {
  /** The title in the row of links. */
  readonly short: string;
  /** The note, or `undefined` when there is nothing to show. */
  readonly note: (connection: Connection, handshakes: readonly Handshake[]) => string | undefined;
}

const ROWS: readonly Row[] = [
  { id: 'handshakes', title: 'The two handshakes', short: 'Handshakes', note: () => '' },
  {
    id: 'findings',
    title: 'Findings',
    short: 'Findings',
    note: ({ findings = [] }) => (findings.length > 0 ? String(findings.length) : undefined),
  },
  {
    id: 'comparison',
    title: 'Comparison',
    short: 'Comparison',
    note: ({ comparison }) => (comparison?.rows.length ? differencesText(comparison) : undefined),
  },
  {
    id: 'exchanges',
    title: 'Exchanges it carried',
    short: 'Exchanges',
    note: ({ exchanges = [] }) => (exchanges.length > 0 ? exchanges.length.toLocaleString('en') : undefined),
  },
  {
    id: 'hellos',
    title: 'The ClientHellos, field by field',
    short: 'ClientHellos',
    note: ({ fieldDiffs }) =>
      fieldDiffs?.clientHello.length ? count(differences(fieldDiffs.clientHello), 'difference') : undefined,
  },
  {
    id: 'limits',
    title: 'Not mirrored, conceded, not seen',
    short: 'Limits',
    note: (_, handshakes) => shownIf(handshakes.some(isLimited)),
  },
  {
    id: 'alerts',
    title: 'Alerts',
    short: 'Alerts',
    note: (_, handshakes) => {
      const alerts = handshakes.reduce((sum, tls) => sum + tls.alerts.length, 0);
      return alerts > 0 ? String(alerts) : undefined;
    },
  },
  {
    id: 'certificates',
    title: 'Certificates',
    short: 'Certificates',
    note: (_, handshakes) => shownIf(handshakes.some((tls) => tls.certificates.length > 0)),
  },
  {
    id: 'derivation',
    title: 'From the secrets to the keys',
    short: 'Keys',
    note: (_, handshakes) => {
      const steps = Math.max(0, ...handshakes.map((tls) => tls.derivation?.length ?? 0));
      return steps > 0 ? count(steps, 'step') : undefined;
    },
  },
  {
    id: 'http',
    title: 'How its traffic was read',
    short: 'Protocol',
    note: ({ http }) =>
      http && (http.http2 || http.notes || http.lost || http.protocol === 'unknown') ? http.protocol : undefined,
  },
  {
    id: 'fingerprints',
    title: 'Fingerprints',
    short: 'Fingerprints',
    note: ({ legs }) => shownIf(fingerprintRows(legs).length > 0),
  },
];

/** The parts that have something to show; the handshakes always. */
export function sectionsOf(connection: Connection): Section[] {
  const handshakes = handshakesOf(connection);
  return ROWS.flatMap(({ id, title, note: noteOf }) => {
    const note = noteOf(connection, handshakes);
    const hasNone = id === 'handshakes' && handshakes.length === 0 && connection.end !== undefined;
    return note === undefined ? [] : [{ id, title: hasNone ? 'The two legs' : title, note }];
  });
}

/** The links to all parts there can be, so that none moves while the connection goes on. */
export function linksOf(connection: Connection): SectionLink[] {
  return ROWS.map(({ id, short, note: noteOf }) => {
    const note = noteOf(connection, handshakesOf(connection));
    return { id, title: short, note: note ?? '', isEmpty: note === undefined };
  });
}

function handshakesOf({ legs: { client, server } }: Connection): readonly Handshake[] {
  return [client?.tls, server?.tls].filter((tls) => tls !== undefined);
}

function shownIf(shown: boolean): '' | undefined {
  return shown ? '' : undefined;
}

function isLimited({ visibility, notMirrored, concessions }: Handshake): boolean {
  return visibility.level !== 'full' || (notMirrored?.length ?? 0) + (concessions?.length ?? 0) > 0;
}
