/** Summaries to test the list with. */
import type { ConnectionSummary, Failure, LegHeadline } from '../../src/shared/model.ts';

/** An intercepted connection to `example.test:443`, changed by `over`. */
export function summaryWith(over: Partial<ConnectionSummary> = {}): ConnectionSummary {
  return {
    id: 7,
    openedAt: 10,
    from: { address: '127.0.0.1', port: 50_000 },
    intent: { how: 'connect', host: 'example.test', port: 443 },
    decision: { action: 'intercept', reason: 'The default.' },
    legs: {},
    ...over,
  };
}

/** An established TLS 1.3 leg, changed by `over`. */
export function headlineWith(over: Partial<LegHeadline> = {}): LegHeadline {
  return {
    state: 'established',
    version: 'TLS 1.3',
    suite: 'TLS_AES_128_GCM_SHA256',
    bytes: { sent: 0, received: 0 },
    ...over,
  };
}

export function failureWith(over: Partial<Failure> = {}): Failure {
  return { stage: 'certificate', by: 'proxy', cause: 'certificate-expired', text: 'It has expired.', ...over };
}
