/** What the numbers of an OCSP response are called, RFC 6960 §4.2.1 and RFC 5280 §5.3.1. */

const RESPONSE_STATUSES: Readonly<Record<number, string>> = {
  0: 'successful',
  1: 'malformedRequest',
  2: 'internalError',
  3: 'tryLater',
  5: 'sigRequired',
  6: 'unauthorized',
};

const REVOCATION_REASONS: Readonly<Record<number, string>> = {
  0: 'unspecified',
  1: 'keyCompromise',
  2: 'cACompromise',
  3: 'affiliationChanged',
  4: 'superseded',
  5: 'cessationOfOperation',
  6: 'certificateHold',
  8: 'removeFromCRL',
  9: 'privilegeWithdrawn',
  10: 'aACompromise',
};

/** By the context tag of CertStatus. */
const CERT_STATUSES = ['good', 'revoked', 'unknown'] as const;

export type CertStatus = (typeof CERT_STATUSES)[number];

export function responseStatusName(value: number): string {
  return RESPONSE_STATUSES[value] ?? `unknown (${value})`;
}

export function revocationReasonName(value: number): string {
  return REVOCATION_REASONS[value] ?? `unknown (${value})`;
}

export function certStatusOf(tag: number): CertStatus | undefined {
  return CERT_STATUSES[tag];
}
