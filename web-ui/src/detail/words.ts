/** The model's closed lists in words, one row each, so that the compiler names a missing one. */
import type {
  Check,
  ComparisonRow,
  ConnectionEnd,
  Decision,
  Failure,
  FailureStage,
  Finding,
  HandshakeState,
  Intent,
  LegRole,
  MirrorGap,
  OcspStaple,
  TlsRole,
} from '../../../src/shared/model.ts';

export const ASKED: Record<Intent['how'], string> = {
  connect: 'CONNECT',
  absolute: 'plain HTTP request',
  origin: 'request to the proxy itself',
  tls: 'TLS without CONNECT',
  other: 'bytes that are no proxy request',
};

export const DECIDED: Record<Decision['action'], string> = {
  intercept: 'Intercepted',
  tunnel: 'Tunnelled untouched',
  forward: 'Forwarded as plain HTTP',
  serve: 'Answered with the proxy’s own page',
  refuse: 'Refused',
};

/** How a connection ended, and who ended it or on which leg it failed. */
export function endedText({ cause, by }: Pick<ConnectionEnd, 'cause' | 'by'>): string {
  switch (cause) {
    case 'finished':
      return `Closed in order by the ${by}`;
    case 'failed':
      // Who ended a handshake that failed is told where it failed: of one leg it can be the proxy.
      return by === 'proxy' ? 'Failed at the proxy' : `Failed on the ${by} leg`;
    case 'reset':
      return `Reset by the ${by}`;
    case 'aborted':
      return `Cut off by the ${by}`;
    case 'refused':
      return `Refused by the ${by}`;
    case 'timeout':
      return by === 'proxy' ? 'Timed out' : `Timed out on the ${by} leg`;
    case 'shutdown':
      return 'Ended because tlscope stopped';
    case 'error':
      return 'Ended by a fault of tlscope';
  }
}

export const STAGE: Record<FailureStage, string> = {
  resolve: 'while resolving the name',
  connect: 'while connecting',
  'client-hello': 'at ClientHello',
  'server-hello': 'at ServerHello',
  certificate: 'at the certificate',
  'key-exchange': 'at the key exchange',
  finished: 'at Finished',
  'after-handshake': 'after the handshake',
};

export const STATE: Record<HandshakeState, string> = {
  waiting: 'Not started',
  negotiating: 'In progress',
  established: 'Established',
  failed: 'Failed',
};

export const VERDICT: Record<ComparisonRow['verdict'], string> = {
  equal: 'equal',
  expected: 'differs, as expected',
  different: 'differs',
  unknown: 'unknown',
};

export const WHY: Record<ComparisonRow['why'], string> = {
  mirrored: 'mirrored',
  'proxy-limit': 'proxy limit',
  'proxy-choice': 'proxy’s choice',
  'server-choice': 'server’s choice',
  'client-lacks': 'client lacks it',
  'not-applicable': 'not applicable',
};

export const GAP: Record<MirrorGap['kind'], string> = {
  cipherSuite: 'Cipher suite',
  supportedGroup: 'Group',
  signatureAlgorithm: 'Signature algorithm',
  extension: 'Extension',
  version: 'Versions',
  other: 'Other',
};

export const SEVERITY_MARK: Record<Finding['severity'], string> = { error: '✕', warning: '!', note: '•' };

export const CHECKED: Record<Check['kind'], string> = {
  finished: 'verify_data',
  'certificate-verify': 'Signature',
  'server-key-exchange': 'Signature',
  'psk-binder': 'PSK binder',
};

export const RESULT: Record<Check['result'], string> = {
  verified: 'verified',
  failed: 'does not fit',
  unchecked: 'not checked',
};

export const CHECK_MARK: Record<Check['result'], string> = { verified: '✓', failed: '✗', unchecked: '–' };

export const CONFIDENCE: Record<NonNullable<Failure['confidence']>, string> = {
  certain: 'Certain',
  likely: 'Likely',
  possible: 'Possible',
};

export const WITHOUT_PROXY: Record<NonNullable<Failure['withoutProxy']>['verdict'], string> = {
  'would-work': 'it would have worked.',
  'would-fail': 'it would have failed too.',
  unknown: 'it cannot be known.',
};

export const STAPLE: Record<OcspStaple['status'], string> = {
  good: 'good',
  revoked: 'revoked',
  unknown: 'unknown to the responder',
  error: 'not usable',
};

/** Who really speaks: on each leg the proxy plays one of the two TLS roles. */
export function speaker(leg: LegRole, sender: TlsRole): string {
  if (leg === sender) return leg;
  return 'proxy';
}

/** The columns have the client at the far left and the server at the far right, the proxy between them. */
export function arrow(sender: TlsRole): '→' | '←' {
  return sender === 'client' ? '→' : '←';
}
