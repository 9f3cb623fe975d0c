/**
 * Whether a failed connection would have come about without the proxy.
 *
 * The client's own offer is on record, and on the server leg what the server made of (nearly) the same offer. Where the
 * two agree the answer follows; where the mirror fell short, or something only the client knows decides, it is unknown.
 */
import type { CertificateChain, Connection, Failure, FailureCause, Handshake, MirrorGap } from '../shared/model.ts';
import { cipherSuiteName, groupName, versionName } from '../wire/tls/registries.ts';
import type { ClientHello } from '../wire/tls/values.ts';
import { printable } from '../wire/x509/printable.ts';
import { firstClientHello } from './hellos.ts';
import { listed } from './step-words.ts';

export type WithoutProxy = NonNullable<Failure['withoutProxy']>;

/** Undefined for a connection whose handshakes did not fail, or that has no leg to a client. */
export function withoutProxy(connection: Connection): WithoutProxy | undefined {
  const { client, server } = connection.legs;
  // A probe, or a capture made elsewhere, is without the proxy already.
  if (client?.tls === undefined) return undefined;
  const theirs = server?.tls;
  if (theirs?.failure) return ofServerFailure(theirs.failure, theirs);
  const { failure } = client.tls;
  if (failure === undefined) return undefined;
  if (theirs?.state !== 'established') return unknown('The server leg never got as far as an answer.');
  return ofClientFailure(failure, client.tls, theirs);
}

type Judge = (failure: Failure, server: Handshake) => WithoutProxy;

/** What each cause on the server leg says about the client's own try. */
const BY_CAUSE: Readonly<Partial<Record<FailureCause, Judge>>> = {
  'name-not-found': neverBegan,
  'connection-refused': neverBegan,
  unreachable: neverBegan,
  'not-tls': fails('What the server speaks does not depend on the client.'),
  'plaintext-port': fails('What the server speaks does not depend on the client.'),
  'name-not-served': fails('The server was asked for the name that the client asked for.'),
  'certificate-expired': fails('A client that checks dates refuses the certificate too.'),
  'certificate-not-yet-valid': fails(
    'A client that checks dates refuses the certificate too, unless only this machine’s clock is wrong.',
  ),
  'certificate-wrong-name': fails('A client that checks names refuses the certificate too.'),
  'certificate-revoked': () => unknown('It depends on whether the client asks for revocation; many do not.'),
  'certificate-untrusted': ownRoots,
  'certificate-self-signed': ownRoots,
  'certificate-incomplete-chain': () =>
    unknown('Browsers often fetch or know the missing certificate; most other clients fail as tlscope does.'),
  'certificate-weak': () => unknown('It depends on what strength the client insists on.'),
  'client-certificate-required': () =>
    unknown(
      'It depends on whether the client has a certificate that the server accepts; tlscope cannot show it in its place.',
    ),
  'client-certificate-refused': () =>
    unknown('It depends on whether the client has a certificate that the server accepts.'),
  'legacy-renegotiation': () =>
    unknown('It depends on whether the client insists on secure renegotiation; OpenSSL 3 does, older clients may not.'),
  'client-went-away': () => unknown('The client left before the server had answered.'),
  internal: () => unknown('tlscope itself failed here.'),
};

/** Every other cause is the server’s verdict on the offer: what counts is whether it was the client’s own. */
function ofServerFailure(failure: Failure, server: Handshake): WithoutProxy {
  return (BY_CAUSE[failure.cause] ?? sameOffer)(failure, server);
}

function sameOffer(failure: Failure, server: Handshake): WithoutProxy {
  if (failure.stage === 'resolve' || failure.stage === 'connect') return neverBegan();
  if (failure.by === 'proxy') return unknown('tlscope ended it by its own rules; the client may have others.');
  if (failure.alert === undefined)
    return unknown('The server gave no reason, so it may have had another than the offer.');
  if (failure.stage !== 'server-hello') {
    return unknown('The server accepted the offer and objected to something later, which the client may do otherwise.');
  }
  if (failure.alert === 'internal_error') return unknown('The server had a fault of its own, which may pass.');
  const matters = MATTERS[failure.cause] ?? (() => true);
  const gaps = (server.notMirrored ?? [])
    .filter((gap) => isOfAll(gap) || matters(gap))
    .map(({ name }) => printable(name));
  if (gaps.length === 0) {
    return {
      verdict: 'would-fail',
      text: 'The server was offered what the client offers, and this was its answer to it.',
    };
  }
  const shown = gaps.length > MAX_GAPS ? [...gaps.slice(0, MAX_GAPS), `${gaps.length - MAX_GAPS} more`] : gaps;
  return unknown(
    `The client’s own offer has what ours could not repeat (${listed(shown)}); that may make the difference.`,
  );
}

const MAX_GAPS = 6;

/** The hello as a whole was not mirrored, or more of it was not than is listed. */
function isOfAll({ kind, id }: MirrorGap): boolean {
  return kind === 'other' && id < 0;
}

const SUPPORTED_VERSIONS = 43;
const ALPN = 16;

/** Which gaps of the mirrored offer may have made the difference, where the server named what it minds. */
const MATTERS: Readonly<Partial<Record<FailureCause, (gap: MirrorGap) => boolean>>> = {
  'no-common-version': ({ kind, id }) => kind === 'version' || (kind === 'extension' && id === SUPPORTED_VERSIONS),
  'no-common-alpn': ({ kind, id }) => kind === 'extension' && id === ALPN,
};

/** Only one that refused our certificate, and would have got one that is trusted, is known to have worked out. */
function ofClientFailure(failure: Failure, client: Handshake, server: Handshake): WithoutProxy {
  const offer = firstClientHello(client);
  if (offer === undefined) return unknown('The client made no offer.');
  const missing = whatTheOfferLacks(offer, server);
  if (missing !== undefined) {
    return unknown(`The server chose ${missing}, which the client does not offer; it may take something that is.`);
  }
  const choice = listed([server.version, server.suite, server.group].filter((each) => each !== undefined));
  const meets = `The client’s own offer meets the server’s choice (${choice})`;
  if (!TRUST_CAUSES.has(failure.cause)) return unknown(`${meets}; what else the client minds is not known.`);
  if (server.chain === undefined) return unknown(`${meets}, but the server’s chain was not judged here.`);
  const chain = trustWords(server.chain);
  return server.chain.trusted
    ? { verdict: 'would-work', text: `${meets}, and ${chain}.` }
    : unknown(`${meets}, but ${chain}.`);
}

/** The client refused the certificate that tlscope made, which it would not have met. */
const TRUST_CAUSES: ReadonlySet<FailureCause> = new Set(['ca-not-trusted-by-client', 'pinning-suspected']);

function trustWords({ trusted, root, problems }: CertificateChain): string {
  if (trusted) return `the server’s chain leads to the trusted root «${printable(root ?? '')}»`;
  return `the server’s chain is not trusted on this machine either (${problems[0]?.code ?? 'unknown'})`;
}

/** The first of the server's choices that this client could not have answered to. */
function whatTheOfferLacks(offer: ClientHello, server: Handshake): string | undefined {
  const versions = offer.supportedVersions.map(versionName);
  const { version, suite, group } = server;
  if (version !== undefined && versions.length > 0 && !versions.includes(version)) return version;
  if (suite !== undefined && !offer.cipherSuites.some((id) => cipherSuiteName(id) === suite)) return suite;
  const groups = offer.supportedGroups.map(groupName);
  if (group !== undefined && groups.length > 0 && !groups.includes(group) && !group.startsWith('ffdhe')) return group;
  return undefined;
}

function neverBegan(): WithoutProxy {
  return { verdict: 'would-fail', text: 'TLS never began: from this machine the server could not be reached at all.' };
}

function ownRoots(): WithoutProxy {
  return unknown('It depends on the client’s own roots: one that has the server’s root would accept it.');
}

function fails(text: string): Judge {
  return () => ({ verdict: 'would-fail', text });
}

function unknown(text: string): WithoutProxy {
  return { verdict: 'unknown', text };
}
