/** Which situation a failed client leg is in. Our role on it is the TLS server. */
import type { Millis } from '../shared/model.ts';
import { looksLikeTls } from '../wire/tls/first-bytes.ts';
import { alertMeaning, fatalAlert, isClosure } from './failure-alerts.ts';
import { describeBytes } from './failure-bytes.ts';
import { CLIENT_LEG_CODES, situationOfCode } from './failure-codes.ts';
import type { ClientLegEvidence } from './failure-evidence.ts';
import { sent } from './failure-stage.ts';
import type { Situation, SituationKey } from './failure-texts.ts';
import { alertsOnDistrust, asksAtOnce } from './trust-remedy.ts';

type Rule = (evidence: ClientLegEvidence) => Situation | undefined;

/** A connection that lay idle for longer than this was a spare one, not one refused. */
const SPARE_AFTER: Millis = 1000;

/** Nothing that comes later changes what was recorded; whoever reads it may know more by then. */
const OR_SPARE =
  ' One that had no use for the connection does it too: if a later one of this client is used, it was that.';

/** In order: what came first on the wire, and what says most, is asked first. */
const RULES: readonly Rule[] = [otherLeg, alert, refusedByUs, notTls, timedOut, brokenByUs, ended];

export function clientSituation(evidence: ClientLegEvidence): Situation {
  for (const rule of RULES) {
    const situation = rule(evidence);
    if (situation === undefined) continue;
    const silent = SILENT.has(situation.key) ? spareInstead(situation.key, evidence) : undefined;
    if (silent !== undefined) return { ...situation, key: silent };
    return evidence.trustsElsewhere && DISTRUST.has(situation.key) ? { ...situation, key: 'client-pinned' } : situation;
  }
  return { key: 'unknown', by: 'proxy' };
}

/**
 * Refusals that mean another thing of a client that accepts our certificates for other hosts. One that says it does not
 * know the CA is taken at its word.
 */
const DISTRUST: ReadonlySet<SituationKey> = new Set([
  'client-bad-certificate',
  'client-closed-after-certificate',
  'client-reset-after-certificate',
  'client-closed-unused',
]);

/**
 * Departures without a word: of a client that accepts our certificates for this very host they say nothing of trust, nor
 * while another of its connections may still show what it makes of them.
 */
const SILENT: ReadonlySet<SituationKey> = new Set([
  'client-closed-after-certificate',
  'client-reset-after-certificate',
  'client-closed-unused',
]);

/** What a silent departure is if it says nothing of trust. */
function spareInstead(key: SituationKey, evidence: ClientLegEvidence): SituationKey | undefined {
  const { trustsHere, hasAnother, userAgent } = evidence;
  const unused = key === 'client-closed-unused';
  if (unused && asksAtOnce(userAgent)) return undefined;
  if (trustsHere) return 'client-unused';
  if (hasAnother) return 'client-one-of-several';
  if (!alertsOnDistrust(userAgent)) return undefined;
  return unused ? 'client-spare' : 'client-quiet-browser';
}

function otherLeg({ otherLeg }: ClientLegEvidence): Situation | undefined {
  if (otherLeg === undefined) return undefined;
  return { key: 'other-leg', by: 'proxy', values: { other: otherLeg.text, otherRemedy: otherLeg.remedy ?? '' } };
}

/** Plaintext or encrypted, before or after Finished: an alert about a certificate is about ours. */
const ALERTS: Readonly<Record<string, SituationKey>> = {
  unknown_ca: 'client-unknown-ca',
  bad_certificate: 'client-bad-certificate',
  certificate_unknown: 'client-bad-certificate',
  unsupported_certificate: 'client-bad-certificate',
  certificate_revoked: 'client-bad-certificate',
  bad_certificate_status_response: 'client-bad-certificate',
  access_denied: 'client-bad-certificate',
  certificate_expired: 'client-clock',
  protocol_version: 'client-no-version',
  handshake_failure: 'client-no-suite',
  insufficient_security: 'client-no-suite',
  no_application_protocol: 'client-no-alpn',
  record_overflow: 'client-record-too-long',
};

function alert(evidence: ClientLegEvidence): Situation | undefined {
  const name = fatalAlert(evidence, 'client');
  // «The user ended it» is how some clients leave; what they had seen by then says more.
  if (name === undefined || name === 'user_canceled') return undefined;
  const key = Object.hasOwn(ALERTS, name) ? ALERTS[name]! : 'client-alert';
  const aboutCertificate = key === 'client-unknown-ca' || key === 'client-bad-certificate' || key === 'client-clock';
  return {
    key,
    by: 'peer',
    alert: name,
    values: { meaning: alertMeaning(name) },
    ...(aboutCertificate && { stage: 'certificate' }),
  };
}

function notTls({ messages, firstBytes, errorCode }: ClientLegEvidence): Situation | undefined {
  if (
    firstBytes !== undefined &&
    firstBytes.length > 0 &&
    messages.length === 0 &&
    !looksLikeTls('client', firstBytes)
  ) {
    return { key: 'client-not-tls', by: 'proxy', stage: 'client-hello', values: { got: describeBytes(firstBytes) } };
  }
  const key = situationOfCode(CLIENT_LEG_CODES, errorCode);
  return key === 'client-not-tls-unseen' ? { key, by: 'proxy' } : undefined;
}

function refusedByUs({ errorCode }: ClientLegEvidence): Situation | undefined {
  const key = situationOfCode(CLIENT_LEG_CODES, errorCode);
  return key === undefined || key === 'client-not-tls-unseen' ? undefined : { key, by: 'proxy', stage: 'server-hello' };
}

function timedOut({ ended, errorCode }: ClientLegEvidence): Situation | undefined {
  return ended === 'timeout' || errorCode === 'ETIMEDOUT' ? { key: 'client-timeout', by: 'proxy' } : undefined;
}

function brokenByUs({ errorCode }: ClientLegEvidence): Situation | undefined {
  return errorCode?.startsWith('ERR_SSL_') && !ENDS_OF_STREAM.has(errorCode)
    ? { key: 'client-malformed', by: 'proxy' }
    : undefined;
}

/** OpenSSL's words for a FIN, which `ended` explains. */
const ENDS_OF_STREAM: ReadonlySet<string> = new Set(['ERR_SSL_UNEXPECTED_EOF_WHILE_READING']);

/** No alert: what the client had seen when it left is all there is to go by. */
function ended(evidence: ClientLegEvidence): Situation | undefined {
  const { messages, errorCode, applicationData, idleFor = 0 } = evidence;
  const how = evidence.ended ?? (errorCode === 'ECONNRESET' || errorCode === 'EPIPE' ? 'reset' : undefined);
  const closing = evidence.alerts.some((alert) => alert.sender === 'client' && isClosure(alert));
  if (how === undefined && !closing) return undefined;
  if (!sent(messages, 'client', 'ClientHello')) return { key: 'client-left-early', by: 'peer' };
  if (applicationData) return { key: 'client-ended-in-use', by: 'peer', stage: 'after-handshake' };
  const finished = sent(messages, 'client', 'Finished');
  if (finished && sent(messages, 'server', 'Finished')) {
    // A close_notify is how a client ends what it has no quarrel with; most that distrust us just drop the connection.
    // What never opens a connection but to use it had one all the same: curl that is pinned, git with GnuTLS.
    const orSpare = asksAtOnce(evidence.userAgent) ? '' : OR_SPARE;
    return idleFor > SPARE_AFTER || (closing && !asksAtOnce(evidence.userAgent))
      ? { key: 'client-spare', by: 'peer', stage: 'after-handshake' }
      : { key: 'client-closed-unused', by: 'peer', stage: 'after-handshake', values: { orSpare } };
  }
  if (!sent(messages, 'server', 'Certificate')) return { key: 'client-left-before-answer', by: 'peer' };
  const key = how === 'reset' ? 'client-reset-after-certificate' : 'client-closed-after-certificate';
  return { key, by: 'peer', stage: 'certificate' };
}
