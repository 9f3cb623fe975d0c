/** What an OCSP response says of one certificate, for people and for the judgement of a chain. */
import { type DerElement, readElement, readElements } from '../der.ts';
import { type CertId, certIdOf, ocspParts, responseDataParts, singleResponseParts } from './ocsp-structure.ts';
import { certStatusOf, responseStatusName, revocationReasonName } from './ocsp-words.ts';
import { countTimestamps } from './sct.ts';
import { extensionList, extensionValueIn } from './structure.ts';
import { bodyOf, readTime, smallInteger } from './values.ts';

export interface OcspSummary {
  /** `error`: the responder gave no answer, or it cannot be read. */
  readonly status: 'good' | 'revoked' | 'unknown' | 'error';
  /** ISO 8601, UTC. */
  readonly thisUpdate?: string;
  readonly nextUpdate?: string;
  /** The certificate that the answer is about; absent where there is no answer. */
  readonly about?: CertId;
  /** Signed certificate timestamps within the answer (RFC 6962 §3.3); absent when none. */
  readonly timestamps?: number;
  /** One line. */
  readonly text: string;
}

/** Answers in one response that are looked through; real ones have one. */
const MAX_ANSWERS = 100;

/**
 * Reads any bytes that are meant to be an OCSPResponse; never throws. The signature is not verified.
 * @param choose which of several answers counts; without it, or when it takes none (-1), the first
 */
export function summariseOcsp(der: Uint8Array, choose?: (answers: readonly CertId[]) => number): OcspSummary {
  const { status, data } = ocspParts(der);
  const code = status && smallInteger(bodyOf(der, status));
  if (code === undefined) return { status: 'error', text: 'not an OCSP response' };
  if (code !== 0) return { status: 'error', text: `the responder gave no answer: ${responseStatusName(code)}` };
  const responses = data && responseDataParts(der, data).responses;
  const answers = responses === undefined ? [] : readElements(der, responses.body, MAX_ANSWERS);
  const chosen = answers[choose?.(answers.map((answer) => certIdOf(der, answer))) ?? 0] ?? answers[0];
  if (chosen === undefined) return { status: 'error', text: 'an OCSP response without an answer' };
  return summariseAnswer(der, chosen);
}

/** `good`, `revoked on 2026-01-01T00:00:00Z (keyCompromise)`, `unknown`. */
export function certStatusText(der: Uint8Array, status: DerElement): string {
  const name = status.tagClass === 'context' ? certStatusOf(status.tag) : undefined;
  if (name !== 'revoked') return name ?? 'unreadable';
  const [time, wrapper] = readElements(der, status.body, 2);
  const reason = wrapper && readElement(der, wrapper.body);
  const code = reason && smallInteger(bodyOf(der, reason));
  const when = time && readTime(der, time);
  const why = code === undefined ? '' : ` (${revocationReasonName(code)})`;
  return `revoked${when === undefined ? '' : ` on ${when}`}${why}`;
}

function summariseAnswer(der: Uint8Array, answer: DerElement): OcspSummary {
  const { status, thisUpdate, nextUpdate } = singleResponseParts(der, answer);
  const name = status?.tagClass === 'context' ? certStatusOf(status.tag) : undefined;
  if (status === undefined || name === undefined) return { status: 'error', text: 'an answer that cannot be read' };
  const from = thisUpdate && readTime(der, thisUpdate);
  const inner = nextUpdate && readElement(der, nextUpdate.body);
  const to = inner && readTime(der, inner);
  const timestamps = timestampsOf(der, answer);
  const period = [from && `as of ${from}`, to && `next update by ${to}`].filter((part) => part !== undefined);
  return {
    status: name,
    ...(from !== undefined && { thisUpdate: from }),
    ...(to !== undefined && { nextUpdate: to }),
    about: certIdOf(der, answer),
    ...(timestamps > 0 && { timestamps }),
    text: [certStatusText(der, status), ...period].join(', '),
  };
}

const TIMESTAMPS = '1.3.6.1.4.1.11129.2.4.5';

function timestampsOf(der: Uint8Array, answer: DerElement): number {
  const { extensions } = singleResponseParts(der, answer);
  const list = extensions && extensionValueIn(der, extensionList(der, extensions), TIMESTAMPS);
  return list === undefined ? 0 : countTimestamps(der, list.body);
}
