/** The columns of the connection list. */
import type { LegHeadline } from '../../../src/shared/model.ts';
import type { ConnectionLine } from '../live/connection-line.ts';
import { bytes, duration, hostPort, timeOfDay } from '../text/format.ts';
import { type Cell, type Column, cellOf, NOTHING, type Tone } from './columns.ts';
import { failureOf, type Outcome, type Row, rowOf } from './rows.ts';

const MARKS: Record<Outcome, string> = {
  open: '…',
  established: '✓',
  failed: '✕',
  tunnelled: '⇢',
  refused: '⊘',
  forwarded: '→',
  served: '·',
  closed: '–',
};
const TONES: Partial<Record<Outcome, Tone>> = { established: 'good', failed: 'bad', refused: 'differs' };

const judged = new WeakMap<ConnectionLine, Row>();

/** `rowOf`, made once of each line. */
export function rowOfLine(line: ConnectionLine): Row {
  let row = judged.get(line);
  if (row === undefined) {
    row = rowOf(line);
    judged.set(line, row);
  }
  return row;
}

/** How the connection stands, as a cell. */
export function stateCell(line: ConnectionLine): Cell {
  const { outcome } = rowOfLine(line);
  return {
    text: outcome,
    mark: MARKS[outcome],
    tone: TONES[outcome] ?? 'plain',
    live: line.closedAt === undefined,
  };
}

export const CONNECTION_COLUMNS: readonly Column<ConnectionLine>[] = [
  {
    ...{ id: 'no', title: 'No.', number: true, width: 44, usual: true },
    cell: ({ id }) => ({ text: String(id), tone: 'quiet' }),
    key: ({ id }) => id,
  },
  {
    ...{ id: 'time', title: 'Time', hint: 'When the client connected', width: 88, usual: true },
    cell: ({ openedAt }, { wallClock }) => ({ text: timeOfDay(openedAt, wallClock), tone: 'quiet' }),
    key: ({ openedAt }) => openedAt,
  },
  {
    ...{ id: 'host', title: 'Host', width: 132, narrow: 84, grow: 1.2, usual: true },
    cell: (line) => {
      const { host, port } = rowOfLine(line);
      return host === '' ? NOTHING : { text: host, tail: port };
    },
    key: (line) => rowOfLine(line).host || undefined,
  },
  {
    // So wide that each suite of TLS 1.3 is read whole; one of TLS 1.2 may be longer.
    ...{ id: 'client', title: 'Client leg', mono: true, width: 128, narrow: 58, fit: 236, usual: true },
    cell: (line) => cellOf(rowOfLine(line).client),
    key: (line) => rowOfLine(line).client || undefined,
  },
  {
    ...{ id: 'server', title: 'Server leg', mono: true, width: 80, narrow: 58, grow: 1, usual: true },
    cell: (line) => {
      const { alike, unlike, server } = rowOfLine(line);
      if (alike) return { text: 'same', tone: 'quiet' };
      return unlike ? { text: server, mark: '≠', said: 'different: ', tone: 'differs' } : cellOf(server);
    },
    key: (line) => rowOfLine(line).server || undefined,
  },
  {
    ...{ id: 'alpn', title: 'ALPN', mono: true, width: 64, usual: true },
    cell: (line) => {
      const { alpn, alpnUnlike } = rowOfLine(line);
      return cellOf(alpn, alpnUnlike ? 'differs' : 'plain');
    },
    key: (line) => rowOfLine(line).alpn || undefined,
  },
  {
    ...{ id: 'state', title: 'State', width: 108, usual: true },
    cell: stateCell,
    key: (line) => rowOfLine(line).outcome,
  },
  {
    ...{ id: 'differences', title: 'Diff.', number: true, width: 36, usual: true },
    hint: 'Parameters that differ between the legs, without those that are expected to; – where they cannot be compared',
    cell: ({ differences }) => cellOf(differences?.toString(), differences ? 'plain' : 'quiet'),
    key: ({ differences }) => differences,
  },
  {
    ...{ id: 'why', title: 'Why', width: 215, narrow: 96, grow: 2.2, usual: true },
    cell: (line) => {
      const { reason, outcome } = rowOfLine(line);
      return { text: reason, tone: outcome === 'failed' ? 'bad' : 'quiet' };
    },
    key: (line) => rowOfLine(line).reason || undefined,
  },
  {
    ...{ id: 'exchanges', title: 'Exch.', number: true, width: 46, usual: false },
    hint: 'Exchanges of the connection that are known',
    cell: ({ exchanges }) => ({ text: String(exchanges), tone: exchanges === 0 ? 'quiet' : 'plain' }),
    key: ({ exchanges }) => exchanges,
  },
  leg('client', 'version', 'Client version', 70),
  leg('client', 'suite', 'Client suite', 190),
  leg('client', 'group', 'Client group', 120),
  leg('server', 'version', 'Server version', 70),
  leg('server', 'suite', 'Server suite', 190),
  leg('server', 'group', 'Server group', 120),
  leg('client', 'sni', 'Server name', 140),
  {
    ...{ id: 'ja4', title: 'JA4', mono: true, width: 260, usual: false },
    hint: 'Fingerprint of the client’s ClientHello',
    cell: ({ ja4 }) => cellOf(ja4),
    key: ({ ja4 }) => ja4,
  },
  took('client', 'Client ms'),
  took('server', 'Server ms'),
  {
    ...{ id: 'bytes', title: 'Bytes', number: true, width: 72, usual: false },
    hint: 'On the client leg, both ways, as they were on the wire',
    cell: (line) => cellOf(onWire(line) === undefined ? undefined : bytes(onWire(line)!)),
    key: onWire,
  },
  {
    ...{ id: 'duration', title: 'Lasted', number: true, width: 80, usual: false },
    hint: 'From opening to closing',
    cell: (line) => cellOf(lasted(line) === undefined ? undefined : duration(lasted(line)!)),
    key: lasted,
  },
  {
    ...{ id: 'from', title: 'From', mono: true, width: 130, usual: false },
    hint: 'Address of the client',
    cell: ({ from }) => ({ text: hostPort(from.address, from.port) }),
    key: ({ from }) => hostPort(from.address, from.port),
  },
  {
    ...{ id: 'cause', title: 'Cause', width: 170, usual: false },
    hint: 'Why a leg failed, as the filter’s cause names it',
    cell: (line) => cellOf(causeOf(line), 'bad'),
    key: causeOf,
  },
  {
    ...{ id: 'action', title: 'Action', width: 80, usual: false },
    hint: 'What the proxy did',
    cell: ({ decision }) => cellOf(decision?.action),
    key: ({ decision }) => decision?.action,
  },
];

function leg(
  side: 'client' | 'server',
  member: 'version' | 'suite' | 'group' | 'sni',
  title: string,
  width: number,
): Column<ConnectionLine> {
  const value = (line: ConnectionLine) => (line.legs[side] as LegHeadline | undefined)?.[member];
  return {
    ...{ id: `${side}-${member}`, title, width, usual: false },
    ...(member !== 'sni' && { mono: true }),
    cell: (line) => cellOf(value(line)),
    key: (line) => value(line) || undefined,
  };
}

function took(side: 'client' | 'server', title: string): Column<ConnectionLine> {
  return {
    ...{ id: `${side}-ms`, title, number: true, width: 76, usual: false },
    hint: `From the first byte of TLS on the ${side} leg to the end of its handshake`,
    cell: (line) => cellOf(line.took[side]?.toFixed(1)),
    key: (line) => line.took[side],
  };
}

function onWire({ legs }: ConnectionLine): number | undefined {
  return legs.client && legs.client.bytes.sent + legs.client.bytes.received;
}

function lasted({ openedAt, closedAt }: ConnectionLine): number | undefined {
  return closedAt === undefined ? undefined : closedAt - openedAt;
}

function causeOf({ legs, end }: ConnectionLine): string | undefined {
  return failureOf(legs)?.failure.cause ?? (end && end.cause !== 'finished' ? end.cause : undefined);
}
