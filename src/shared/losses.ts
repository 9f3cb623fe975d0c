/** What the proxy gave up to stay bounded, as its events said it. */
import type { CaptureDropped, CaptureUnstored } from './events.ts';

export interface Losses {
  /** By reason, the newest reason last, with the connections that it counted. */
  readonly dropped: readonly { readonly reason: string; readonly connections: number }[];
  /** Why nothing more is written to the session's file. */
  readonly unstored?: string;
}

export const NO_LOSSES: Losses = { dropped: [] };

/** Reasons that are remembered. The proxy has a handful. */
const MOST_REASONS = 16;

/** @returns the losses with what `event` tells, a new object */
export function withLoss(losses: Losses, event: CaptureDropped | CaptureUnstored): Losses {
  if (event.type === 'capture.unstored') return { ...losses, unstored: event.reason };
  const { dropped } = losses;
  const before = dropped.find(({ reason }) => reason === event.reason)?.connections ?? 0;
  const others = dropped.filter(({ reason }) => reason !== event.reason).slice(1 - MOST_REASONS);
  return { ...losses, dropped: [...others, { reason: event.reason, connections: before + event.connections }] };
}
