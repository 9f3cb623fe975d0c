/**
 * One connection as lines for a terminal: its two handshakes beside each other, step by step, then what differs, then
 * why it failed if it did. A connection with one leg stands in one column.
 *
 *      client leg: established            │ server leg: established
 *      TLS 1.3 · x25519 · …               │ TLS 1.3 · x25519 · …
 *    1 ClientHello
 *      → ClientHello  512 B  +0.1 ms      │ → ClientHello  512 B  +9.8 ms
 *
 * Explained, each step also says what happened and who could see it, and the checks, the certificates, the keys and
 * the findings follow.
 */

import type { Connection, Leg, LegRole, Step } from '../shared/model.ts';
import { titleOfLegs } from '../shared/title-of-legs.ts';
import { printable } from '../wire/x509/printable.ts';
import { cut, wrap } from './columns.ts';
import { stateText } from './connection-words.ts';
import { chainLines, checkLines, derivationLines } from './proof-lines.ts';
import { type Line, Sheet } from './sheet.ts';
import { laterLines, stepLines } from './step-lines.ts';
import {
  differenceLines,
  failureLines,
  fieldDiffLines,
  findingLines,
  offerLines,
  type Section,
} from './verdict-lines.ts';

export interface RenderOptions {
  /** Columns of the terminal; at least 60 are used. */
  readonly width: number;
  /** Escape sequences for colours. */
  readonly colour: boolean;
  /** Everything that is known of the connection, in plain words; else what was sent and what differs. */
  readonly explain?: boolean;
  /** How each key is derived too; as `explain` unless given. */
  readonly keys?: boolean;
  /** Who spoke to the server: tlscope unless given. In a capture made elsewhere it was a client that is not ours. */
  readonly dialler?: string;
}

const LEGS: readonly LegRole[] = ['client', 'server'];

/**
 * Renders a connection as `GET /api/connections/ID` gives it, with all that is derived from it.
 * Whatever a peer sent is shown with its control characters escaped.
 */
export function sideBySide(connection: Connection, options: RenderOptions): string[] {
  const present = LEGS.filter((side) => connection.legs[side] !== undefined);
  const sides = present.length === 1 ? present : LEGS;
  const sheet = new Sheet(options, sides.length);
  const row = (cell: (leg: Leg | undefined, side: LegRole) => readonly Line[]) =>
    sheet.row(sides.map((side) => cell(connection.legs[side], side)));
  const hasTls = sides.some((side) => connection.legs[side]?.tls !== undefined);

  const head = row((leg, side) => headline(leg, side, connection.end !== undefined, sheet.cell));
  if (!hasTls) return [...head, ...sheet.block(endLines(connection, sheet.across))];
  const began = sides.some((side) => (connection.legs[side]?.tls?.messages.length ?? 0) > 0);
  const ended = sides.some((side) => connection.legs[side]?.tls?.state === 'failed');
  const told = began || !ended;
  const steps = !told
    ? []
    : (sides.map((side) => connection.legs[side]?.tls?.steps).find((each) => each !== undefined) ?? []);
  const explain = options.explain ?? false;
  return [
    ...head,
    ...row((leg) => settled(leg, sheet.cell)),
    ...steps.flatMap(({ n, title }: Step) => [
      ...sheet.heading(`${n} ${titleOf(n) ?? title}`, 'cyan'),
      ...row((leg) => stepLines(leg, n, connection.openedAt, sheet.cell, explain)),
    ]),
    ...proof('Beside the six steps', (leg) => laterLines(leg, connection.openedAt, sheet.cell)),
    ...(explain ? PROOFS.flatMap(({ title, of }) => proof(title, (leg) => of(leg, sheet.cell))) : []),
    ...((options.keys ?? explain) ? proof('Keys', (leg) => derivationLines(leg, sheet.cell)) : []),
    ...verdicts(connection, sheet, options),
  ];

  function titleOf(step: number): string | undefined {
    return titleOfLegs(sides.map((side) => connection.legs[side]?.tls?.steps?.find(({ n }) => n === step)));
  }

  /** What no leg has takes no room. */
  function proof(title: string, of: (leg: Leg) => readonly Line[]): string[] {
    const cells = sides.map((side) => connection.legs[side]).map((leg) => (leg === undefined ? [] : of(leg)));
    return cells.some((cell) => cell.length > 0) ? [...sheet.heading(title, 'cyan'), ...sheet.row(cells)] : [];
  }
}

const PROOFS: readonly { title: string; of: (leg: Leg, width: number) => readonly Line[] }[] = [
  { title: 'Checked', of: checkLines },
  { title: 'Certificates', of: chainLines },
];

function verdicts(
  connection: Connection,
  sheet: Sheet,
  { explain = false, dialler = 'tlscope' }: RenderOptions,
): string[] {
  const width = sheet.across;
  const sections: Section[] = [
    ...(explain ? [findingLines(connection, width), ...offerLines(connection, width)] : []),
    ...differenceLines(connection, width, explain),
    ...(explain ? fieldDiffLines(connection, width) : []),
    ...LEGS.map((side) => failureLines(side, connection.legs[side]?.tls?.failure, width, { explain, dialler })),
  ].filter((section) => section !== undefined);
  return sections.flatMap(({ title, style, lines }) => [...sheet.heading(title, style), ...sheet.block(lines)]);
}

function headline(leg: Leg | undefined, side: LegRole, isOver: boolean, width: number): Line[] {
  const state = leg?.tls === undefined ? (leg === undefined ? 'none' : 'no TLS') : stateText(leg.tls.state, isOver);
  return [{ text: cut(`${side} leg: ${state}`, width), style: 'bold' }];
}

function settled(leg: Leg | undefined, width: number): Line[] {
  const tls = leg?.tls;
  if (tls === undefined) return [];
  const facts = [tls.version, tls.suite, tls.group, tls.scheme, tls.alpn, tls.resumed ? 'resumed' : undefined];
  const known = facts.filter((fact) => fact !== undefined).map(printable);
  return known.length === 0 ? [] : wrap(known.join(' · '), width).map((text) => ({ text }));
}

/** Of a connection without TLS: what was decided and how it ended. */
function endLines({ decision, end }: Connection, width: number): Line[] {
  const told = [decision && `${decision.action}: ${decision.reason}`, end?.text].filter((text) => text !== undefined);
  return told.flatMap((text) => wrap(printable(text), width).map((each) => ({ text: each })));
}
