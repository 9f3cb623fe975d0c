/** Which situation a failed server leg is in. Our role on it is the TLS client. */
import { looksLikeTls } from '../wire/tls/first-bytes.ts';
import { alertMeaning, fatalAlert, isClosure } from './failure-alerts.ts';
import { describeBytes, isHttp } from './failure-bytes.ts';
import { CONNECT_CODES, SERVER_LEG_CODES, situationOfCode } from './failure-codes.ts';
import type { ServerLegEvidence } from './failure-evidence.ts';
import { sent } from './failure-stage.ts';
import type { Situation, SituationKey } from './failure-texts.ts';
import { verificationSituation } from './failure-verification.ts';

type Rule = (evidence: ServerLegEvidence) => Situation | undefined;

/** In order: what came first on the wire, and what says most, is asked first. */
const RULES: readonly Rule[] = [
  otherLeg,
  clientGaveUp,
  notConnected,
  plainHttp,
  verificationSituation,
  alert,
  notTls,
  refusedByUs,
  timedOut,
  ended,
];

export function serverSituation(evidence: ServerLegEvidence): Situation {
  for (const rule of RULES) {
    const situation = rule(evidence);
    if (situation !== undefined) return situation;
  }
  return { key: 'unknown', by: 'proxy' };
}

function otherLeg({ otherLeg }: ServerLegEvidence): Situation | undefined {
  if (otherLeg === undefined) return undefined;
  return { key: 'other-leg', by: 'proxy', values: { other: otherLeg.text, otherRemedy: otherLeg.remedy ?? '' } };
}

function clientGaveUp({ errorCode }: ServerLegEvidence): Situation | undefined {
  return errorCode === 'ABORT_ERR' ? { key: 'client-gave-up', by: 'proxy' } : undefined;
}

function notConnected({ errorCode, ended, stage }: ServerLegEvidence): Situation | undefined {
  const key = situationOfCode(CONNECT_CODES, errorCode);
  if (key !== undefined) {
    const atName = key === 'name-not-found' || key === 'name-lookup-failed';
    return { key, by: key === 'refused' ? 'peer' : 'proxy', stage: atName ? 'resolve' : 'connect' };
  }
  if (stage !== 'connect' && stage !== 'resolve') return undefined;
  if (ended === 'timeout' || errorCode === 'ETIMEDOUT')
    return { key: 'connect-timeout', by: 'proxy', stage: 'connect' };
  if (ended === 'reset' || errorCode === 'ECONNRESET') return { key: 'connect-reset', by: 'peer', stage: 'connect' };
  return undefined;
}

/** Node says `socket hang up` of a FIN before the answer, with the code that it has for a reset too. */
const HUNG_UP = 'socket hang up';

function plainHttp({ plain, errorCode, errorMessage }: ServerLegEvidence): Situation | undefined {
  if (plain === undefined) return undefined;
  if (errorCode === 'ECONNRESET' || errorCode === 'EPIPE') {
    const early = errorMessage === HUNG_UP ? 'plain-closed' : 'plain-reset';
    return { key: plain === 'answered' ? 'plain-cut' : early, by: 'peer' };
  }
  const isFirst = errorCode === 'HPE_INVALID_CONSTANT' && plain === 'asked';
  return errorCode?.startsWith('HPE_') && !isFirst ? { key: 'plain-malformed', by: 'proxy' } : undefined;
}

/** Alerts whose meaning does not hang on what was asked for. */
const ALERTS: Readonly<Record<string, SituationKey>> = {
  protocol_version: 'server-no-version',
  insufficient_security: 'server-no-suite',
  unrecognized_name: 'name-not-served',
  no_application_protocol: 'server-no-alpn',
  certificate_required: 'client-certificate-required',
  record_overflow: 'server-record-too-long',
  inappropriate_fallback: 'server-fallback',
  encrypted_client_hello_required: 'server-wants-ech',
  internal_error: 'server-fault',
};

/** Alerts that, after a CertificateRequest, are about the client's certificate. */
const ABOUT_CERTIFICATES: ReadonlySet<string> = new Set([
  'handshake_failure',
  'no_certificate',
  'bad_certificate',
  'unsupported_certificate',
  'certificate_revoked',
  'certificate_expired',
  'certificate_unknown',
  'unknown_ca',
  'access_denied',
]);

function alert(evidence: ServerLegEvidence): Situation | undefined {
  const { messages } = evidence;
  const name = fatalAlert(evidence, 'server');
  if (name === undefined) return undefined;
  const found = (key: SituationKey): Situation => ({
    key,
    by: 'peer',
    alert: name,
    values: { meaning: alertMeaning(name), limit: `alert ${name}` },
  });
  if (ABOUT_CERTIFICATES.has(name) && sent(messages, 'server', 'CertificateRequest')) {
    // A CertificateVerify of ours means that there was a certificate with a key to it.
    return found(
      sent(messages, 'client', 'CertificateVerify') ? 'client-certificate-refused' : 'client-certificate-required',
    );
  }
  if (name === 'handshake_failure') {
    return found(sent(messages, 'server', 'HelloRetryRequest') ? 'server-no-group' : 'server-no-suite');
  }
  return found(Object.hasOwn(ALERTS, name) ? ALERTS[name]! : 'server-alert');
}

function notTls({ messages, firstBytes }: ServerLegEvidence): Situation | undefined {
  if (firstBytes === undefined || firstBytes.length === 0 || looksLikeTls('server', firstBytes)) return undefined;
  if (messages.some((message) => message.sender === 'server')) return undefined;
  const key = isHttp(firstBytes) ? 'server-plaintext' : 'server-not-tls';
  return { key, by: 'proxy', stage: 'server-hello', values: { got: describeBytes(firstBytes) } };
}

function refusedByUs(evidence: ServerLegEvidence): Situation | undefined {
  const { errorCode } = evidence;
  const key = situationOfCode(SERVER_LEG_CODES, errorCode);
  // Only a list of certificates may be as long as that; any other message of such a length is none.
  if (key === 'server-message-too-long' && !awaitsCertificate(evidence))
    return { key: 'server-malformed', by: 'proxy' };
  if (key === 'server-wants-tls') return { key, by: 'proxy', stage: 'client-hello' };
  if (key !== undefined) return { key, by: 'proxy', values: { limit: errorCode ?? '' } };
  return errorCode?.startsWith('ERR_SSL_') ? { key: 'server-malformed', by: 'proxy' } : undefined;
}

/** Whether the next message of the server's is its Certificate: OpenSSL minds the type of a message before its length. */
function awaitsCertificate({ messages, version }: ServerLegEvidence): boolean {
  const last = messages.findLast(({ sender, type }) => sender === 'server' && type.name !== 'ChangeCipherSpec');
  const before = version === 'TLS 1.3' ? ['EncryptedExtensions', 'CertificateRequest'] : ['ServerHello'];
  return before.includes(last?.type.name ?? '');
}

function timedOut({ ended, errorCode, messages, firstBytes }: ServerLegEvidence): Situation | undefined {
  if (ended !== 'timeout' && errorCode !== 'ETIMEDOUT') return undefined;
  const answered = messages.some(({ sender }) => sender === 'server') || (firstBytes?.length ?? 0) > 0;
  return { key: answered ? 'server-slow' : 'server-timeout', by: 'proxy' };
}

/** Node reports a FIN in the middle of a handshake as ECONNRESET too, so what the socket saw comes first. */
function ended({ ended, errorCode, messages, alerts }: ServerLegEvidence): Situation | undefined {
  const closing = alerts.some((alert) => alert.sender === 'server' && isClosure(alert)) ? 'fin' : undefined;
  const how = ended ?? closing ?? (errorCode === 'ECONNRESET' || errorCode === 'EPIPE' ? 'reset' : undefined);
  if (how === undefined) return undefined;
  const answered = messages.some((message) => message.sender === 'server');
  const asked = sent(messages, 'server', 'CertificateRequest') && sent(messages, 'client', 'Certificate');
  if (asked && !sent(messages, 'client', 'CertificateVerify')) {
    return { key: 'client-certificate-required-unsaid', by: 'peer' };
  }
  if (how === 'reset') return { key: answered ? 'server-reset' : 'server-reset-early', by: 'peer' };
  return { key: answered ? 'server-closed' : 'server-closed-early', by: 'peer' };
}
