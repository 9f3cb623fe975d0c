/** The ClientHello that a probe is to make: somebody's own, with the parts changed that the user wants otherwise. */
import { UserError } from '../errors.ts';
import type { Offer } from '../proxy/mirror.ts';
import { isGrease } from '../wire/tls/registries.ts';
import { isSuite, isTls13Suite, VERSIONS } from './code-points.ts';

/** What is absent stays as it is in the hello it is made from. */
export interface OfferChanges {
  readonly versions?: readonly number[] | undefined;
  readonly lowest?: number | undefined;
  readonly highest?: number | undefined;
  readonly suites?: readonly number[] | undefined;
  readonly groups?: readonly number[] | undefined;
  /** Empty for no ALPN. */
  readonly alpn?: readonly string[] | undefined;
  /** server_name; absent for none. */
  readonly serverName: string | undefined;
}

const TLS12 = 0x0303;
const TLS13 = 0x0304;
const ALPN = 16;
const SUPPORTED_VERSIONS = 43;

/**
 * A version for which no suite is offered is left out, since OpenSSL would put suites of its own.
 * @throws UserError `offer-impossible`
 */
export function changedOffer(base: Offer, changes: OfferChanges): Offer {
  const { suites, groups, alpn } = changes;
  const cipherSuites = suites ?? base.cipherSuites;
  const versions = versionsOf(base, changes).filter((version) =>
    cipherSuites.some((id) => !isGrease(id) && isSuite(id) && isTls13Suite(id) === (version === TLS13)),
  );
  if (versions.length === 0) throw new UserError('offer-impossible');
  const highest = Math.max(...versions);
  const { serverName: _, ...rest } = base;
  return {
    ...rest,
    legacyVersion: Math.min(highest, TLS12),
    supportedVersions: needsList(versions) ? versions.toReversed() : [],
    cipherSuites,
    ...(groups !== undefined && { supportedGroups: groups, keyShareGroups: sharesFor(base, groups) }),
    ...(alpn !== undefined && { alpn }),
    ...(changes.serverName !== undefined && { serverName: changes.serverName }),
    extensions: base.extensions.filter(
      ({ type }) => !(type === ALPN && alpn?.length === 0) && !(type === SUPPORTED_VERSIONS && highest < TLS13),
    ),
  };
}

/** Oldest first. */
function versionsOf(base: Offer, { versions, lowest, highest }: OfferChanges): number[] {
  const listed = base.supportedVersions.filter((version) => !isGrease(version));
  const own = listed.length > 0 ? listed : [base.legacyVersion];
  if (versions !== undefined) return VERSIONS.filter((each) => versions.includes(each));
  const top = highest ?? Math.max(...own, lowest ?? 0);
  const bottom = lowest ?? Math.min(...own, top);
  return VERSIONS.filter((each) => each >= bottom && each <= top);
}

/** TLS 1.2 alone needs no supported_versions; whatever else the range is, only the list says it. */
function needsList(versions: readonly number[]): boolean {
  return !(versions.length === 1 && versions[0] === TLS12);
}

/** The shares that the client sends anyway, as far as the groups are still offered; else one for the first. */
function sharesFor(base: Offer, groups: readonly number[]): readonly number[] {
  const kept = base.keyShareGroups.filter((group) => groups.includes(group));
  return kept.length > 0 ? kept : groups.slice(0, 1);
}
