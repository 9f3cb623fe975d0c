/** One of the six steps on one leg, as the lines of a cell. */
import type { HandshakeMessage, Leg, Millis, Step } from '../shared/model.ts';
import { printable } from '../wire/x509/printable.ts';
import { cut } from './columns.ts';
import { type Line, lines } from './sheet.ts';

/**
 * What was sent; for a step without messages, the first sentence of why. Explained, what happened in plain words too.
 * @param zero the moment that times are counted from
 */
export function stepLines(
  leg: Leg | undefined,
  n: number,
  zero: Millis,
  width: number,
  explain: boolean,
): readonly Line[] {
  const step = leg?.tls?.steps?.find((each) => each.n === n);
  if (leg?.tls === undefined || step === undefined) return [];
  const sent = leg.tls.messages
    .filter((message) => step.messages.includes(message.n))
    .flatMap((message) => messageLines(message, zero, width));
  if (explain) return [...sent, ...explanation(step, width)];
  if (sent.length > 0) return sent;
  const [first = ''] = printable(step.text).split(/(?<=\.) /);
  return lines(`– ${first}`, width, '  ');
}

/** What was sent beside the six steps: KeyUpdates, later authentication, renegotiated handshakes. Up to a number. */
export function laterLines(leg: Leg, zero: Millis, width: number): readonly Line[] {
  const inSteps = new Set(leg.tls?.steps?.flatMap(({ messages }) => messages));
  const later = leg.tls?.steps ? leg.tls.messages.filter(({ n }) => !inSteps.has(n)) : [];
  const shown = later.slice(0, MOST_LATER).flatMap((message) => messageLines(message, zero, width));
  return later.length <= MOST_LATER ? shown : [...shown, ...lines(`… and ${later.length - MOST_LATER} more`, width)];
}

const MOST_LATER = 20;

function messageLines(message: HandshakeMessage, zero: Millis, width: number): Line[] {
  const arrow = message.sender === 'client' ? '→' : '←';
  const size = `${message.raw.length / 2} B`;
  const first = `${arrow} ${printable(message.type.name)}  ${size}  +${(message.at - zero).toFixed(1)} ms`;
  return [{ text: cut(first, width) }, { text: cut(`    ${printable(message.summary)}`, width) }];
}

function explanation(step: Step, width: number): Line[] {
  const cost = [
    step.bytes !== undefined && `${step.bytes} B on the wire`,
    // A single message takes no time of its own.
    step.duration !== undefined &&
      step.messages.length > 1 &&
      `${step.duration.toFixed(1)} ms from the first to the last message`,
  ].filter((each) => each !== false);
  return [
    ...lines(step.state === 'done' ? step.text : `– ${step.text}`, width, step.state === 'done' ? '' : '  '),
    ...step.decided.flatMap(({ label, value }) => lines(`• ${label}: ${value}`, width, '  ', 'bold')),
    ...(step.eavesdropper === undefined ? [] : lines(`On the wire: ${step.eavesdropper}`, width, '  ', 'dim')),
    ...(cost.length === 0 ? [] : lines(cost.join('; '), width, '', 'dim')),
  ];
}
