/** What a diagnosis was concluded from, in short sentences: facts that were seen, not conclusions. */
import type { Failure } from '../shared/model.ts';
import { printable } from '../wire/x509/printable.ts';
import { isClosure, isFatal } from './failure-alerts.ts';
import { describeBytes } from './failure-bytes.ts';
import type { ClientLegEvidence, LegEvidence, ServerLegEvidence } from './failure-evidence.ts';
import { clientOfOffer } from './trust-remedy.ts';

type Evidence = ServerLegEvidence | ClientLegEvidence;

/** Each gives its sentence, or nothing where there is nothing of its kind. In the order of the story. */
const OBSERVERS: readonly ((evidence: Evidence, by: Failure['by']) => string | undefined)[] = [
  otherLegFailed,
  lastMessage,
  alertsSeen,
  verifyResult,
  certificateDates,
  firstBytesSeen,
  howItEnded,
  idleTime,
  errorSeen,
  trustSeen,
  userAgentSeen,
  offerSeen,
];

/** What was seen of a leg that failed. */
export function observations(evidence: Evidence, by: Failure['by']): string[] {
  return OBSERVERS.flatMap((observe) => observe(evidence, by) ?? []);
}

function otherLegFailed({ otherLeg }: LegEvidence): string | undefined {
  return otherLeg && `The other leg had failed before: ${otherLeg.cause}.`;
}

function lastMessage({ messages, stage }: LegEvidence): string | undefined {
  const last = messages.at(-1);
  if (last) return `The last message seen was the ${last.sender}’s ${last.type.name}, the ${ordinal(messages.length)}.`;
  return stage === 'resolve' || stage === 'connect'
    ? 'TLS had not begun, so no message was seen.'
    : 'No TLS message was seen.';
}

function alertsSeen({ alerts, version }: LegEvidence): string | undefined {
  if (alerts.length === 0) return undefined;
  const told = alerts.map((alert) => {
    const { sender, description, epoch } = alert;
    const mild = isFatal(alert, version) || isClosure(alert) ? '' : ' as a warning';
    return `the ${sender} sent ${description.name}${mild}, ${epoch === 'plaintext' ? 'in clear' : 'encrypted'}`;
  });
  const counts = new Map<string, number>();
  for (const each of told) counts.set(each, (counts.get(each) ?? 0) + 1);
  const counted = [...counts].map(([each, count]) => (count === 1 ? each : `${each}, ${count} times`));
  return `Alerts: ${counted.join('; ')}.`;
}

function verifyResult(evidence: Evidence): string | undefined {
  const code = 'verifyCode' in evidence ? evidence.verifyCode : undefined;
  return code === undefined ? undefined : `Verification of the chain gave ${code}.`;
}

function certificateDates(evidence: Evidence): string | undefined {
  const [leaf] = ('certificates' in evidence ? evidence.certificates : undefined) ?? [];
  return (
    leaf &&
    `The server’s certificate is valid from ${leaf.notBefore} to ${leaf.notAfter}, issued by «${printable(leaf.issuer)}».`
  );
}

function firstBytesSeen({ firstBytes, messages }: LegEvidence): string | undefined {
  if (firstBytes === undefined || firstBytes.length === 0 || messages.length > 1) return undefined;
  const what = firstBytes.length === 1 ? 'first byte was' : 'first bytes were';
  return `The ${what} ${describeBytes(firstBytes)}.`;
}

const ENDS = {
  fin: 'The peer closed its side (FIN)',
  reset: 'The peer reset the connection (RST)',
  timeout: 'The time was up before the handshake had ended',
} as const;

function howItEnded({ ended, alerts }: LegEvidence, by: Failure['by']): string | undefined {
  if (ended === undefined || (by === 'proxy' && ended !== 'timeout')) return undefined;
  return `${ENDS[ended]}${alerts.length === 0 ? ', without an alert' : ''}.`;
}

function idleTime(evidence: Evidence): string | undefined {
  const idle = 'idleFor' in evidence ? evidence.idleFor : undefined;
  return idle === undefined ? undefined : `The connection had stood for ${Math.round(idle)} ms.`;
}

function errorSeen({ errorCode }: LegEvidence): string | undefined {
  return errorCode === undefined ? undefined : `The error was ${errorCode}.`;
}

function trustSeen(evidence: Evidence): string | undefined {
  if ('trustsHere' in evidence && evidence.trustsHere) {
    return 'A client like this one has another connection to this host, with a certificate of this CA.';
  }
  if ('hasAnother' in evidence && evidence.hasAnother) {
    return 'A client like this one had another connection to this host open, neither refused nor used yet.';
  }
  return 'trustsElsewhere' in evidence && evidence.trustsElsewhere
    ? 'A client of this name has used connections to other hosts with certificates of this CA.'
    : undefined;
}

function userAgentSeen(evidence: Evidence): string | undefined {
  const agent = 'userAgent' in evidence ? evidence.userAgent : undefined;
  return agent === undefined ? undefined : `Its CONNECT called it «${printable(agent.slice(0, 120))}».`;
}

function offerSeen(evidence: Evidence): string | undefined {
  const client = 'hello' in evidence ? clientOfOffer(evidence.userAgent, evidence.hello) : undefined;
  return client && `Its ClientHello looks like that of ${client}.`;
}

function ordinal(n: number): string {
  const teens = n % 100 >= 11 && n % 100 <= 13;
  const suffix = teens ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${suffix}`;
}
