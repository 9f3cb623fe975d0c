/**
 * Why a leg failed: from what was seen on it to one cause, one sentence and one remedy.
 *
 * Pure. The rules (`failure-server-leg.ts`, `failure-client-leg.ts`) are tried in order and the first that holds
 * decides; a leg that none of them explains is `internal`, so every failure has an answer. The words are in
 * `failure-texts.ts`.
 */
import type { Failure, FailureStage, LegRole } from '../shared/model.ts';
import { clientSituation } from './failure-client-leg.ts';
import type { ClientLegEvidence, ServerLegEvidence } from './failure-evidence.ts';
import { observations } from './failure-observations.ts';
import { offerWords } from './failure-offer.ts';
import { serverSituation } from './failure-server-leg.ts';
import { stageOf } from './failure-stage.ts';
import { type FailureText, fillText, type Situation, TEXTS } from './failure-texts.ts';
import { waysOut } from './failure-ways-out.ts';
import { trustRemedy } from './trust-remedy.ts';

export type { Audience, ClientLegEvidence, LegEvidence, ServerLegEvidence } from './failure-evidence.ts';

/** Why the leg to the server failed. */
export function diagnoseServerLeg(evidence: ServerLegEvidence): Failure {
  return failureOf(evidence, serverSituation(evidence), 'server');
}

/** Why the leg to the client failed. The remedy for distrust is the one for the client that it looks like. */
export function diagnoseClientLeg(evidence: ClientLegEvidence): Failure {
  const failure = failureOf(evidence, clientSituation(evidence), 'client');
  if (failure.cause !== 'ca-not-trusted-by-client') return failure;
  const remedies = [trustRemedy(evidence.userAgent, evidence.hello), failure.remedy];
  return { ...failure, remedy: remedies.filter((remedy) => remedy !== undefined).join(' ') };
}

function failureOf(evidence: ServerLegEvidence | ClientLegEvidence, situation: Situation, leg: LegRole): Failure {
  const row: FailureText = TEXTS[situation.key];
  const stage = situation.stage ?? evidence.stage ?? stageOf(evidence.messages);
  const errorCode = ('verifyCode' in evidence ? evidence.verifyCode : undefined) ?? evidence.errorCode;
  const host = evidence.host || 'the server';
  const values = {
    host,
    ...waysOut(evidence.audience ?? 'proxy', host, evidence.port),
    ...offerWords(evidence.offer, evidence.audience ?? 'proxy', leg),
    code: errorCode ?? 'no code',
    message: evidence.errorMessage ?? errorCode ?? 'no message',
    alert: situation.alert ?? '',
    waiting: WAITING[stage],
    ...situation.values,
  };
  const remedy = fillText(row.remedy ?? '', values)
    .replace(/ {2,}/g, ' ')
    .trim();
  return {
    stage,
    by: situation.by,
    cause: row.cause,
    ...(situation.alert !== undefined && { alert: situation.alert }),
    ...(errorCode !== undefined && { errorCode }),
    text: fillText(row.text, values),
    ...(remedy !== '' && { remedy }),
    confidence: row.confidence ?? 'certain',
    evidence: observations(evidence, situation.by),
  };
}

/** A stage as «while …». */
const WAITING: Readonly<Record<FailureStage, string>> = {
  resolve: 'looking up the name',
  connect: 'opening the TCP connection',
  'client-hello': 'waiting for the ClientHello',
  'server-hello': 'waiting for the ServerHello',
  certificate: 'at the certificate',
  'key-exchange': 'at the key exchange',
  finished: 'waiting for Finished',
  'after-handshake': 'after the handshake',
};
