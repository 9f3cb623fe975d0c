/**
 * Why a handshake failed that somebody else's client made: the diagnosis of a server leg, without what only makes sense
 * for a proxy's own. There the client is tlscope, which knows why it gave up; here it is a stranger, with reasons of its
 * own.
 */

import { diagnoseServerLeg, type LegEvidence } from '../insight/failure.ts';
import { alertMeaning, fatalAlert } from '../insight/failure-alerts.ts';
import { stageOf } from '../insight/failure-stage.ts';
import type { Failure, FailureCause, TlsRole } from '../shared/model.ts';

/** What a client's alert says of the certificate it was shown, or of the choice that was made for it. */
const CLIENT_ALERTS: Readonly<Record<string, FailureCause>> = {
  unknown_ca: 'certificate-untrusted',
  bad_certificate: 'certificate-untrusted',
  certificate_unknown: 'certificate-untrusted',
  unsupported_certificate: 'certificate-weak',
  certificate_revoked: 'certificate-revoked',
  certificate_expired: 'certificate-expired',
  protocol_version: 'no-common-version',
  record_overflow: 'record-too-long',
};

/** @param endedBy who closed or reset the connection */
export function diagnoseCaptured(evidence: LegEvidence, endedBy: TlsRole | undefined): Failure {
  const { messages, firstBytes } = evidence;
  const alert = fatalAlert(evidence, 'client');
  const isServers = fatalAlert(evidence, 'server') !== undefined || firstBytes !== undefined;
  if (!isServers && alert !== undefined) {
    return {
      stage: stageOf(messages),
      by: 'proxy',
      cause: CLIENT_ALERTS[alert] ?? 'alert',
      alert,
      text: `The client ended the handshake with the alert ${alert}: ${alertMeaning(alert)}.`,
      confidence: 'certain',
    };
  }
  if (!isServers && endedBy === 'client') {
    const how = evidence.ended === 'reset' ? 'reset' : 'closed';
    const [last] = messages.toReversed().filter(({ sender }) => sender === 'server');
    const when = last === undefined ? 'before the server had answered' : `after the server’s ${last.type.name}`;
    return {
      stage: stageOf(messages),
      by: 'proxy',
      cause: 'client-went-away',
      text: `The client ${how} the connection ${when}, with no fatal alert.`,
      confidence: 'possible',
    };
  }
  const { remedy: _, withoutProxy: __, ...failure } = diagnoseServerLeg(evidence);
  return failure;
}
