/** What stands under both handshakes: findings, differences, failures. */

import { whyIncomparable } from '../insight/comparison-words.ts';
import type { ComparisonRow, Connection, Failure, FieldDiff, Finding, LegRole, MirrorGap } from '../shared/model.ts';
import { printable } from '../wire/x509/printable.ts';
import { type Line, lines, type Style } from './sheet.ts';

export interface Section {
  readonly title: string;
  readonly style: Style;
  readonly lines: readonly Line[];
}

/** The dashboard and the API have what is cut here. */
const LONGEST_VALUE = 48;

const SEVERITIES: Readonly<Record<Finding['severity'], Style>> = { error: 'red', warning: 'yellow', note: 'blue' };

export function findingLines({ findings = [] }: Connection, width: number): Section | undefined {
  if (findings.length === 0) return undefined;
  return {
    title: `Findings (${findings.length}):`,
    style: 'yellow',
    lines: findings.flatMap(({ severity, leg, title, text, advice, spec, rule }) => [
      ...lines(`${severity}: ${title}${leg === undefined ? '' : ` [${leg} leg]`}`, width, '  ', SEVERITIES[severity]),
      ...under(text, width),
      ...(advice === undefined ? [] : under(`What to do: ${advice}`, width)),
      ...under([rule, spec].filter((each) => each !== undefined).join(', '), width, 'dim'),
    ]),
  };
}

/** What the server leg's ClientHello could not repeat, and what was conceded for a handshake to happen. */
export function offerLines({ legs }: Connection, width: number): Section[] {
  const gaps = legs.server?.tls?.notMirrored ?? [];
  const conceded = LEGS.flatMap((side) => legs[side]?.tls?.concessions?.map((text) => `- ${side} leg: ${text}`) ?? []);
  return [
    {
      title: `What the ClientHello to the server does not repeat (${gaps.length}):`,
      style: 'yellow' as const,
      lines: [...Map.groupBy(gaps, ({ reason }) => reason)].flatMap(([reason, alike]) =>
        lines(`- ${namesOf(alike)}: ${reason}`, width, '  '),
      ),
    },
    {
      title: `What was conceded (${conceded.length}):`,
      style: 'yellow' as const,
      lines: conceded.flatMap((text) => lines(text, width, '  ')),
    },
  ].filter((section) => section.lines.length > 0);
}

/** GREASE values all have one name. */
function namesOf(gaps: readonly MirrorGap[]): string {
  const counts = Map.groupBy(gaps, ({ name }) => name);
  return [...counts].map(([name, { length }]) => (length === 1 ? name : `${name} (${length} times)`)).join(', ');
}

const LEGS: readonly LegRole[] = ['client', 'server'];

/** The comparison's rows that differ; explained, also those that always do. */
export function differenceLines({ comparison, legs }: Connection, width: number, explain: boolean): Section[] {
  if (comparison === undefined) return [];
  const of = (wanted: ComparisonRow['verdict']) => comparison.rows.filter(({ verdict }) => verdict === wanted);
  const [different, expected] = [of('different'), of('expected')];
  const told = explain && expected.length > 0 ? [differing('What differs, as expected', 'dim', expected, width)] : [];
  if (different.length > 0) return [differing('What differs', 'yellow', different, width), ...told];
  if (comparison.differences === undefined) {
    return [{ title: whyIncomparable(legs), style: 'yellow', lines: [] }, ...told];
  }
  const but = expected.length > 0 ? ` but what is expected to: ${expected.map(({ label }) => label).join(', ')}` : '';
  return [{ title: `Nothing differs${but}.`, style: 'green', lines: [] }, ...told];
}

function differing(title: string, style: Style, rows: readonly ComparisonRow[], width: number): Section {
  return {
    title: `${title} (${rows.length}):`,
    style,
    lines: rows.flatMap((row) => {
      const short = [row.client, row.server].every((value) => [...value].length <= LONGEST_VALUE);
      const values = short ? `${row.client} | ${row.server}. ` : '';
      return lines(`- ${row.label}: ${values}${row.text}`, width, '  ');
    }),
  };
}

const DIFFS = [
  { key: 'clientHello', title: 'ClientHello, field by field (client | tlscope)' },
  { key: 'certificate', title: 'Certificate, field by field (tlscope’s | the server’s)' },
] as const;

/** Fields that differ for another reason than that they must. */
export function fieldDiffLines({ fieldDiffs }: Connection, width: number): Section[] {
  return DIFFS.flatMap(({ key, title }) => {
    const differing = fieldDiffs?.[key].filter(({ verdict }) => verdict !== 'equal' && verdict !== 'fresh') ?? [];
    if (differing.length === 0) return [];
    const told = differing.flatMap((diff) => lines(diffText(diff), width, '  '));
    return [{ title: `${title} (${differing.length}):`, style: 'yellow' as const, lines: told }];
  });
}

function diffText({ path, verdict, client, server, position, text }: FieldDiff): string {
  const value = (side: string | undefined) => (side === undefined ? 'absent' : short(side));
  const places = `place ${place(position?.client)} | place ${place(position?.server)}`;
  const values = verdict === 'moved' ? places : `${value(client)} | ${value(server)}`;
  return `- ${path}: ${values}${text === undefined ? '' : `. ${text}`}`;
}

function place(position: number | undefined): string {
  return position === undefined ? '–' : `${position + 1}`;
}

function short(value: string): string {
  const characters = [...value];
  return characters.length <= LONGEST_VALUE ? value : `${characters.slice(0, LONGEST_VALUE).join('')}…`;
}

/** Why a leg failed and what to do; explained, also what that was concluded from. */
export function failureLines(
  side: LegRole,
  failure: Failure | undefined,
  width: number,
  { explain, dialler }: { readonly explain: boolean; readonly dialler: string },
): Section | undefined {
  if (failure === undefined) return undefined;
  const { cause, alert, errorCode, stage, text, remedy, confidence, evidence = [], withoutProxy } = failure;
  const facts = [cause, alert && `alert ${alert}`, errorCode].filter(Boolean).join(', ');
  const sure = explain && confidence !== undefined ? ` This is ${confidence}.` : '';
  return {
    title: printable(
      `The ${side} leg failed at ${stage}, ended by ${failure.by === 'proxy' ? dialler : `the ${side}`} (${facts}).`,
    ),
    style: 'red',
    lines: [
      ...lines(text + sure, width),
      ...(remedy === undefined ? [] : lines(`What to do: ${remedy}`, width)),
      ...(explain ? evidence.flatMap((each) => lines(`- ${each}`, width, '  ')) : []),
      ...(explain && withoutProxy !== undefined
        ? lines(`Without the proxy: ${WITHOUT_PROXY[withoutProxy.verdict]}. ${withoutProxy.text}`, width)
        : []),
    ],
  };
}

const WITHOUT_PROXY = {
  'would-work': 'it would work',
  'would-fail': 'it would fail too',
  unknown: 'nobody can tell from here',
} as const;

function under(text: string, width: number, style?: Style): Line[] {
  return lines(text, width - 2, '', style).map((line) => ({ ...line, text: `  ${line.text}` }));
}
