/**
 * Where the events of two legs stand on one time axis that runs down.
 *
 * The axis is piecewise: an event takes a line of its leg, and a wait takes more room the longer it is, by its logarithm
 * and up to a bound, since both a tenth of a millisecond and half a minute must be seen on one page. What stands lower
 * happened later or at the same moment, on whichever leg. Nothing that comes later moves what stands already.
 */
import type { LegRole, Millis } from '../../../src/shared/model.ts';
import type { LadderEvent } from './ladder-events.ts';

/** Heights, px. */
export const LINE = 19;
/** Between flights of one leg. */
const FLIGHT = 3;
/** Between events of the two legs at least, so that their order is seen. */
const STEP = 4;
const LEAST_WAIT = 15;
const MOST_WAIT = 30;
const TOP = 6;
/** A shorter pause is not called a wait, ms. */
const SHORT = 1;

export interface LadderRow {
  readonly event: LadderEvent;
  /** Top of its line, px. */
  readonly y: number;
}

/** A time in which nothing happened on a leg. */
export interface Wait {
  readonly leg: LegRole;
  readonly top: number;
  readonly bottom: number;
  readonly ms: Millis;
  readonly before: LadderEvent;
  readonly after: LadderEvent;
  /** The other leg was busy meanwhile. */
  readonly meanwhile: boolean;
}

/** Neighbouring messages of one step on one leg. A step whose messages are not neighbours has several. */
export interface Run {
  readonly leg: LegRole;
  readonly step: number;
  readonly top: number;
  readonly bottom: number;
  /** The step's first. */
  readonly first: boolean;
}

export interface Ladder {
  readonly rows: readonly LadderRow[];
  readonly waits: readonly Wait[];
  readonly runs: readonly Run[];
  /** Where a time is written beside the axis. */
  readonly ticks: readonly { readonly y: number; readonly at: Millis }[];
  readonly height: number;
}

/** Lays out events that are in order of time. The height is at most `events.length * 60 + 40`. */
export function layOut(events: readonly LadderEvent[]): Ladder {
  const rows: LadderRow[] = [];
  const waits: Wait[] = [];
  const last: { client?: Placed; server?: Placed } = {};
  let before: LadderRow | undefined;
  events.forEach((event, index) => {
    const own = last[event.leg];
    const y = before === undefined ? TOP : Math.max(below(own, event), after(before, event));
    if (own !== undefined) {
      const ms = event.at - own.row.event.at;
      const top = own.row.y + LINE;
      if (ms >= SHORT && y - top >= LEAST_WAIT) {
        const meanwhile = index - own.index > 1;
        waits.push({ leg: event.leg, top, bottom: y, ms, before: own.row.event, after: event, meanwhile });
      }
    }
    before = { event, y };
    rows.push(before);
    last[event.leg] = { row: before, index };
  });
  return { rows, waits, runs: runsOf(rows), ticks: ticksOf(rows), height: (rows.at(-1)?.y ?? 0) + LINE + TOP };
}

interface Placed {
  readonly row: LadderRow;
  readonly index: number;
}

/** The next free line of the leg. */
function below(own: Placed | undefined, event: LadderEvent): number {
  if (own === undefined) return 0;
  const same = own.row.event.sender === event.sender && own.row.event.kind === event.kind;
  return own.row.y + LINE + (same ? 0 : FLIGHT);
}

/** Where the axis is by then. */
function after({ event: { leg, at }, y }: LadderRow, event: LadderEvent): number {
  const ms = event.at - at;
  return y + room(ms) + (leg === event.leg ? LINE : ms > 0 ? STEP : 0);
}

/** How much room a pause takes, px: grows with it, from nothing to a bound. */
export function room(ms: Millis): number {
  if (!(ms > 0)) return 0;
  if (ms < SHORT) return ms * 4;
  return Math.min(MOST_WAIT, LEAST_WAIT + 2 * Math.log2(ms / SHORT));
}

function runsOf(rows: readonly LadderRow[]): Run[] {
  const runs: Run[] = [];
  const seen = new Set<string>();
  for (const leg of ['client', 'server'] as const) {
    let open: { step: number; top: number; bottom: number; first: boolean } | undefined;
    for (const { event, y } of rows) {
      if (event.leg !== leg) continue;
      const step = event.kind === 'message' ? event.step : 0;
      if (open && step === open.step) open.bottom = y + LINE;
      else {
        if (open) runs.push({ leg, ...open });
        const key = `${leg}:${step}`;
        open = step === 0 ? undefined : { step, top: y, bottom: y + LINE, first: !seen.has(key) };
        seen.add(key);
      }
    }
    if (open) runs.push({ leg, ...open });
  }
  return runs;
}

/** One for every moment, but none where the one before would run into it. */
function ticksOf(rows: readonly LadderRow[]): Ladder['ticks'] {
  const ticks: { y: number; at: Millis }[] = [];
  for (const { event, y } of rows) {
    const before = ticks.at(-1);
    if (before === undefined || (event.at > before.at && y - before.y >= 16)) ticks.push({ y, at: event.at });
  }
  return ticks;
}
