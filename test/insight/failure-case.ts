/** How the cases of a failed leg are written down. */
import type { ClientLegEvidence } from '../../src/insight/failure.ts';
import type { Failure, FailureCause, FailureStage, TlsRole } from '../../src/shared/model.ts';

/** `>` is sent by the TLS client, `<` by the TLS server. */
export function messages(flow: string): ClientLegEvidence['messages'] {
  return flow
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => ({ sender: word[0] === '>' ? 'client' : 'server', type: { id: 0, name: word.slice(1) } }));
}

export function alerts(sender: TlsRole, ...names: string[]): ClientLegEvidence['alerts'] {
  return names.map((name) => ({ sender, level: FATAL, description: { id: 0, name }, epoch: 'plaintext' }));
}

export function warnings(sender: TlsRole, ...names: string[]): ClientLegEvidence['alerts'] {
  return alerts(sender, ...names).map((alert) => ({ ...alert, level: { id: 1, name: 'warning' } }));
}

const FATAL = { id: 2, name: 'fatal' };

export const text = (value: string) => new TextEncoder().encode(value);

export const HELLO = '>ClientHello';
export const CHOSEN = `${HELLO} <ServerHello`;
export const FLIGHT_12 = `${CHOSEN} <Certificate <ServerKeyExchange <ServerHelloDone`;
export const FLIGHT_13 = `${CHOSEN} <EncryptedExtensions <Certificate <CertificateVerify <Finished`;
export const DONE_13 = `${FLIGHT_13} >Finished`;
export const ASKED_13 = `${CHOSEN} <EncryptedExtensions <CertificateRequest <Certificate <CertificateVerify <Finished >Certificate`;

/** What was seen, and what it must be called. */
export interface Case<Evidence> {
  name: string;
  evidence: Partial<Evidence>;
  flow?: string;
  cause: FailureCause;
  stage: FailureStage;
  by: Failure['by'];
  text: RegExp;
  alert?: string;
  code?: string;
}
