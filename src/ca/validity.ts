/** From when until when our certificates hold. */

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A client whose clock runs behind, or that takes local time for UTC, must not see a certificate from the future. */
const BACKDATE = 48 * HOUR;

/** Long enough not to be in the way; no client limits a root that its user installed. */
const ROOT_LIFE = 3650 * DAY;

/** Apple's platforms and browsers refuse server certificates of more than 398 days, counting both ends. */
const LEAF_LIFE = 397 * DAY;

/** @param now ms since the epoch */
export function rootValidity(now: number): Validity {
  return span(now - BACKDATE, now - BACKDATE + ROOT_LIFE);
}

/**
 * Inside of the issuer's: some verifiers want the lifetimes nested.
 * @param now ms since the epoch
 */
export function leafValidity(now: number, issuer: Validity): Validity {
  const from = now - BACKDATE;
  return span(Math.max(from, issuer.notBefore.getTime()), Math.min(from + LEAF_LIFE, issuer.notAfter.getTime()));
}

/** When to make a new one: halfway to the end, so that no client ever meets one about to expire. Ms since the epoch. */
export function renewalTime(now: number, validity: Validity): number {
  return now + Math.max(0, validity.notAfter.getTime() - now) / 2;
}

function span(from: number, to: number): Validity {
  return { notBefore: new Date(from), notAfter: new Date(to) };
}
