/** Checks of what the peers prove to each other, recomputed from the transcript and the secrets. */
import type { Evidence } from '../shared/evidence.ts';
import type { Check, Handshake } from '../shared/model.ts';
import { TYPE } from '../wire/tls/messages/table.ts';
import { checkBinders } from './checks/binders.ts';
import { checkFinished } from './checks/finished.ts';
import { laterAuthentications } from './checks/post-handshake.ts';
import { checkCertificateVerify, checkServerKeyExchange } from './checks/signed.ts';
import type { Subject, Verdict } from './checks/subject.ts';
import { type HandshakeRun, isTls13, runsOf } from './transcript.ts';
import { isMasterOf, masterOf } from './verify-data.ts';

interface Row {
  readonly kind: Check['kind'];
  readonly check: (subject: Subject) => Verdict | readonly Verdict[] | undefined;
}

const ROWS: ReadonlyMap<number, Row> = new Map<number, Row>([
  [TYPE.clientHello, { kind: 'psk-binder', check: checkBinders }],
  [TYPE.serverKeyExchange, { kind: 'server-key-exchange', check: checkServerKeyExchange }],
  [TYPE.certificateVerify, { kind: 'certificate-verify', check: checkCertificateVerify }],
  [TYPE.finished, { kind: 'finished', check: checkFinished }],
]);

/** What is checked of one connection. Honest ones have a handful; a peer could make thousands, each over all before it. */
const MAX_CHECKED_MESSAGES = 32;

/**
 * One entry for each Finished, CertificateVerify, signed ServerKeyExchange and PSK binder of the handshake, in order, up
 * to `MAX_CHECKED_MESSAGES` messages.
 *
 * `failed` is said only where everything that the value covers was read. Never throws, whatever the messages are.
 */
export function checkHandshake(handshake: Handshake, secrets: Evidence['secrets']): Check[] {
  const checks: Check[] = [];
  let left = MAX_CHECKED_MESSAGES;
  for (const [subject, { kind, check }] of subjects(handshake, secrets)) {
    if (left-- === 0) break;
    const verdicts = [check(subject) ?? []].flat();
    checks.push(...verdicts.map((verdict) => ({ message: subject.message.n, kind, ...verdict })));
  }
  return checks.sort((a, b) => a.message - b.message);
}

function* subjects(handshake: Handshake, secrets: Evidence['secrets']): Generator<[Subject, Row]> {
  const runs = runsOf(handshake.messages);
  for (const run of runs) {
    const doubts = { doubt: doubtOf(run, handshake), masterDoubt: masterDoubtOf(run, runs, secrets) };
    const common = { run, secrets, ...doubts };
    for (const [i, message] of run.messages.entries()) {
      const row = ROWS.get(message.id);
      if (row) yield [{ ...common, message, before: run.messages.slice(0, i), postHandshake: false }, row];
    }
    for (const { message, before } of laterAuthentications(run)) {
      const row = ROWS.get(message.id);
      if (row) yield [{ ...common, message, before, postHandshake: true }, row];
    }
  }
}

/** encrypted_client_hello (RFC 9849). */
const ENCRYPTED_CLIENT_HELLO = 0xfe0d;

function doubtOf(run: HandshakeRun, { visibility }: Handshake): string | undefined {
  if (visibility.level !== 'full') return 'part of the connection was not read, so messages before it may be missing';
  if (!isTls13(run) || !run.clientHello?.extensions.some(({ type }) => type === ENCRYPTED_CLIENT_HELLO))
    return undefined;
  return 'the ClientHello offers encrypted_client_hello, and a server that takes it hashes the hello inside';
}

/** A connection that renegotiates has several master secrets, and one of them is at hand. */
function masterDoubtOf(
  run: HandshakeRun,
  runs: readonly HandshakeRun[],
  secrets: Evidence['secrets'],
): string | undefined {
  const master = masterOf(run, secrets);
  if (runs.length === 1 || !master || isMasterOf(run, master)) return undefined;
  return 'the connection renegotiated, and the master secret at hand may be that of another of its handshakes';
}
