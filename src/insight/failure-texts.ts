/** The words for every way a leg can fail. `{placeholders}` are filled by `failure.ts`; a new situation is a new row. */
import type { Failure, FailureCause, FailureStage } from '../shared/model.ts';

export interface FailureText {
  readonly cause: FailureCause;
  /** One plain sentence. */
  readonly text: string;
  readonly remedy?: string;
  /** `certain` unless said: the peer, the system or our own check named the cause. */
  readonly confidence?: 'likely' | 'possible';
}

/** To be read after what makes a client trust the CA. */
const PINNED = 'If it is pinned, it cannot be inspected. {untouched}';

export const TEXTS = {
  // Before TLS
  'name-not-found': {
    cause: 'name-not-found',
    text: 'The name {host} does not exist in the DNS ({code}).',
    remedy: 'Check the spelling. A name that only this network knows must be known to the machine tlscope runs on.',
  },
  'name-lookup-failed': {
    cause: 'name-not-found',
    text: 'The name {host} could not be looked up: the DNS did not answer ({code}).',
    remedy: 'Check this machine’s network and DNS server, then try again.',
  },
  refused: {
    cause: 'connection-refused',
    text: '{host} refused the TCP connection: nothing listens on that port ({code}).',
    remedy: 'Check that the server runs and that the port is right.',
  },
  unreachable: {
    cause: 'unreachable',
    text: 'No route leads to {host} ({code}).',
    remedy: 'Check the network, VPN and firewall of the machine tlscope runs on.',
  },
  'self-target': {
    cause: 'unreachable',
    text: '{host} is tlscope itself; connecting to it would go in a circle.',
    remedy: 'Ask for the server that you mean to inspect.',
  },
  'connect-timeout': {
    cause: 'timeout',
    confidence: 'possible',
    text: '{host} did not answer the TCP connection in time.',
    remedy: 'A firewall that drops packets looks like this. Check the address, the port and the network.',
  },
  'connect-reset': {
    cause: 'connection-reset',
    confidence: 'likely',
    text: '{host} reset the TCP connection before TLS began.',
    remedy: 'Something in front of the server (firewall, load balancer) may refuse this client address.',
  },
  // The server leg's TLS
  'server-timeout': {
    cause: 'timeout',
    confidence: 'possible',
    text: '{host} accepted the connection and then fell silent, {waiting}.',
    remedy: '{elsewhere} If it answers there, something between may dislike this ClientHello.',
  },
  'server-slow': {
    cause: 'timeout',
    confidence: 'possible',
    text: '{host} had answered, but the handshake had not come to its end when the time was up, {waiting}.',
    remedy: '{elsewhere} If it ends there, something between may hold the bytes back.',
  },
  'server-reset-early': {
    cause: 'connection-reset',
    confidence: 'possible',
    text: '{host} reset the connection right after the ClientHello, with no fatal alert.',
    remedy: 'Servers and middleboxes do this to a server name they block or an offer they dislike. {elsewhere}',
  },
  'server-reset': {
    cause: 'connection-reset',
    confidence: 'possible',
    text: '{host} reset the connection in the middle of the handshake, {waiting}, with no fatal alert.',
    remedy: 'Look for the reason in the server’s own log.',
  },
  'server-closed-early': {
    cause: 'connection-closed',
    confidence: 'possible',
    text: '{host} closed the connection right after the ClientHello, with no fatal alert.',
    remedy: 'The port may not speak TLS, or the server may want another server name or version.',
  },
  'server-closed': {
    cause: 'connection-closed',
    confidence: 'possible',
    text: '{host} closed the connection in the middle of the handshake, {waiting}, with no fatal alert.',
    remedy: 'Look for the reason in the server’s own log.',
  },
  'server-not-tls': {
    cause: 'not-tls',
    text: '{host} does not speak TLS on this port; its first bytes are {got}.',
    remedy: 'Use the right port, or http:// in place of https:// for a plain HTTP server.',
  },
  'server-not-tls-unseen': {
    cause: 'not-tls',
    confidence: 'possible',
    text: 'What {host} sent is not TLS ({code}).',
    remedy: 'Use the right port, or http:// in place of https:// for a plain HTTP server.',
  },
  'client-gave-up': {
    cause: 'client-went-away',
    confidence: 'likely',
    text: 'The client went away while the server leg was still {waiting}.',
    remedy: 'If the client has a short timeout, raise it.',
  },
  // The server's certificate
  untrusted: {
    cause: 'certificate-untrusted',
    text: 'The certificate of {host} was issued by «{issuer}», which is not among the trusted roots ({code}).',
    remedy: '{trust}',
  },
  'untrusted-root-sent': {
    cause: 'certificate-untrusted',
    text: 'The chain of {host} ends in the root «{issuer}», which is not among the trusted ones ({code}).',
    remedy: '{trust}',
  },
  'chain-invalid': {
    cause: 'certificate-untrusted',
    text: 'The certificate chain of {host} is not valid ({code}).',
    remedy: '{trust}',
  },
  'self-signed': {
    cause: 'certificate-self-signed',
    text: 'The certificate of {host} is signed by itself: «{subject}».',
    remedy: '{trust}',
  },
  'incomplete-chain': {
    cause: 'certificate-incomplete-chain',
    confidence: 'likely',
    text: '{host} sent its own certificate without that of its issuer, «{issuer}», so no chain leads to a root. Browsers may fetch the missing one; most other clients fail here.',
    remedy:
      'Have the server send the intermediate certificate too. Until then, --upstream-ca FILE can give it. {insecure}',
  },
  expired: {
    cause: 'certificate-expired',
    text: 'A certificate in the chain of {host} has expired ({expiry}).',
    remedy: 'Have it renewed, or check this machine’s clock. {insecure}',
  },
  'not-yet-valid': {
    cause: 'certificate-not-yet-valid',
    text: 'A certificate in the chain of {host} is not valid yet ({expiry}).',
    remedy: 'Check this machine’s clock. {insecure}',
  },
  'wrong-name': {
    cause: 'certificate-wrong-name',
    text: 'The certificate is not for {host}; it is for {names}.',
    remedy: 'Ask for one of those names, or have the certificate reissued with this one. {insecure}',
  },
  revoked: {
    cause: 'certificate-revoked',
    text: 'The certificate of {host} has been revoked by its issuer.',
    remedy: 'Have it replaced. {insecure}',
  },
  weak: {
    cause: 'certificate-weak',
    text: 'A certificate in the chain of {host} has a key or a signature too weak to be accepted ({code}).',
    remedy:
      'Have it reissued with a key of at least 2048 bits (RSA) or 224 bits (elliptic curves), signed with SHA-256 or better. {insecure}',
  },
  // What the server refuses, by alert
  'server-no-version': {
    cause: 'no-common-version',
    text: '{host} accepts none of the TLS versions offered.',
    remedy: '{versions} {version}',
  },
  'server-no-suite': {
    cause: 'no-common-suite',
    confidence: 'likely',
    text: '{host} found nothing acceptable in the offer (alert {alert}): no common cipher suite, group or signature algorithm.',
    remedy: '{suites} {groups} {offer}',
  },
  'server-no-group': {
    cause: 'no-common-group',
    confidence: 'likely',
    text: '{host} and the offer have no key exchange group in common.',
    remedy: '{groups} {offer}',
  },
  'server-no-alpn': {
    cause: 'no-common-alpn',
    text: '{host} speaks none of the protocols offered by ALPN.',
    remedy: '{protocol}',
  },
  'name-not-served': {
    cause: 'name-not-served',
    text: '{host} does not serve the name it was asked for (alert {alert}).',
    remedy: 'Check the host name; several names may share this address, and this one is not among them.',
  },
  'client-certificate-required': {
    cause: 'client-certificate-required',
    text: '{host} demands a client certificate, and none was shown (alert {alert}).',
    remedy: '{certificate}',
  },
  'client-certificate-required-unsaid': {
    cause: 'client-certificate-required',
    confidence: 'likely',
    text: '{host} asked for a client certificate, got none and ended the connection.',
    remedy: '{certificate}',
  },
  'client-certificate-refused': {
    cause: 'client-certificate-refused',
    confidence: 'likely',
    text: '{host} refused the client certificate (alert {alert}).',
    remedy: '{otherCertificate}',
  },
  'server-alert': {
    cause: 'alert',
    confidence: 'possible',
    text: '{host} ended the handshake with the alert {alert}: {meaning}.',
    remedy: '{elsewhere} {offer}',
  },
  'server-fallback': {
    cause: 'no-common-version',
    text: '{host} takes a newer version than the client offered, which said that it had fallen back (alert {alert}, RFC 7507).',
    remedy: '{versions} Look for why the client’s first try, with a better offer, failed.',
  },
  'server-wants-ech': {
    cause: 'alert',
    text: '{host} serves only clients that encrypt their ClientHello (alert {alert}, RFC 9849), which tlscope does not do.',
    remedy: '{untouched}',
  },
  'server-fault': {
    cause: 'alert',
    confidence: 'likely',
    text: '{host} ended the handshake because of a fault of its own (alert {alert}).',
    remedy: 'Look for the reason in the server’s own log. {elsewhere}',
  },
  // What we refuse of the server
  'server-plaintext': {
    cause: 'plaintext-port',
    text: '{host} answers plain HTTP on this port, not TLS; its first bytes are {got}.',
    remedy: 'Use http:// in place of https://, or the port on which the server speaks TLS.',
  },
  'server-wants-tls': {
    cause: 'tls-port',
    confidence: 'likely',
    text: '{host} answered the plain HTTP request with something that is not HTTP ({code}): this port probably speaks TLS.',
    remedy: 'Use https:// in place of http://.',
  },
  'plain-closed': {
    cause: 'connection-closed',
    confidence: 'possible',
    text: '{host} closed the connection before it answered the plain HTTP request: this port may speak TLS.',
    remedy:
      'Use https:// in place of http://. If the port is one of plain HTTP, look for the reason in the server’s own log.',
  },
  'plain-reset': {
    cause: 'connection-reset',
    confidence: 'possible',
    text: '{host} reset the connection before it answered the plain HTTP request: this port may speak TLS.',
    remedy:
      'Use https:// in place of http://. If the port is one of plain HTTP, look for the reason in the server’s own log.',
  },
  'plain-cut': {
    cause: 'connection-closed',
    text: '{host} ended the connection in the middle of its answer ({code}).',
    remedy: 'Look for the reason in the server’s own log.',
  },
  'plain-malformed': {
    cause: 'malformed',
    text: 'What {host} answered is not valid HTTP/1 ({code}).',
    remedy: 'Look for what the server or something in front of it writes into the head of its answer.',
  },
  'server-record-too-long': {
    cause: 'record-too-long',
    text: 'A record of the handshake is longer than its receiver takes, {waiting} ({limit}).',
    remedy:
      'TLS records hold 2^14 bytes at most, or what record_size_limit says. Look for something between that is not TLS. {untouched}',
  },
  'server-message-too-long': {
    cause: 'internal',
    text: 'The list of certificates of {host} is larger than tlscope’s OpenSSL takes, which is 100 kB ({code}).',
    remedy: 'It need be no fault of the server, but other clients have such limits too. {untouched}',
  },
  'server-warnings': {
    cause: 'alert',
    text: '{host} sent one warning after another, {waiting}, until tlscope’s OpenSSL ended the handshake ({code}).',
    remedy: 'Look for the reason in the server’s own log. {untouched}',
  },
  'server-weak-group': {
    cause: 'no-common-group',
    text: '{host} chose Diffie-Hellman parameters too weak to be accepted ({code}).',
    remedy: '{untouched}',
  },
  'server-weak-signature': {
    cause: 'no-common-suite',
    text: '{host} signed its key exchange with a scheme that is too weak to be accepted, or was not offered ({code}).',
    remedy: 'Have the server sign with SHA-256 or better. {untouched}',
  },
  'server-signature-unread': {
    cause: 'internal',
    text: 'The signature of {host} over its key exchange was not read, so tlscope cannot tell whether it is strong enough to be accepted ({code}).',
    remedy: 'The capture gave up on this handshake; the leg says why. {untouched}',
  },
  'server-no-secure-renegotiation': {
    cause: 'legacy-renegotiation',
    text: '{host} does not know secure renegotiation (RFC 5746), which OpenSSL 3 insists on.',
    remedy: 'Have the server brought up to date. {untouched}',
  },
  'server-malformed': {
    cause: 'malformed',
    text: 'What {host} sent breaks the protocol, {waiting} ({code}).',
    remedy: 'The last messages of the leg show where. {untouched}',
  },
  // The client leg
  'client-unknown-ca': {
    cause: 'ca-not-trusted-by-client',
    text: 'The client does not trust the CA that tlscope signs with (alert {alert}).',
  },
  'client-bad-certificate': {
    cause: 'ca-not-trusted-by-client',
    confidence: 'likely',
    text: 'The client refused the certificate (alert {alert}): it does not trust tlscope’s CA, or it is pinned to the server’s own certificate.',
    remedy: PINNED,
  },
  'client-closed-after-certificate': {
    cause: 'ca-not-trusted-by-client',
    confidence: 'likely',
    text: 'The client closed the connection, with no fatal alert, on reading the certificate. Clients that do not trust tlscope’s CA do this, and those that are pinned to the server’s own certificate.',
    remedy: PINNED,
  },
  'client-reset-after-certificate': {
    cause: 'ca-not-trusted-by-client',
    confidence: 'likely',
    text: 'The client reset the connection, with no fatal alert, on reading the certificate. Clients that do not trust tlscope’s CA do this, and those that are pinned to the server’s own certificate.',
    remedy: PINNED,
  },
  'client-closed-unused': {
    cause: 'ca-not-trusted-by-client',
    confidence: 'possible',
    text: 'The client finished the handshake and closed at once without a request. Clients that check the certificate last do this when they do not trust tlscope’s CA, or are pinned to the server’s own certificate.{orSpare}',
    remedy: PINNED,
  },
  'client-spare': {
    cause: 'client-went-away',
    confidence: 'possible',
    text: 'The client finished the handshake, never used the connection and closed it. Browsers open such spare connections.',
  },
  'client-quiet-browser': {
    cause: 'client-went-away',
    confidence: 'possible',
    text: 'The client ended the connection on reading the certificate, with no fatal alert. Browsers of its kind send one when they do not trust a CA, so it seems to have had no use for this connection.',
  },
  'client-unused': {
    cause: 'client-went-away',
    confidence: 'likely',
    text: 'The client closed the connection before it was used, and accepts tlscope’s certificate for {host} on another one. Browsers open such spare connections.',
  },
  'client-one-of-several': {
    cause: 'client-went-away',
    confidence: 'possible',
    text: 'The client closed the connection, with no fatal alert, and kept another one to {host} that it had begun. Browsers open such spare connections; what became of the other one shows whether it accepts tlscope’s certificate.',
  },
  'client-left-early': {
    cause: 'client-went-away',
    confidence: 'possible',
    text: 'The client went away before it had sent its whole ClientHello.',
  },
  'client-left-before-answer': {
    cause: 'client-went-away',
    confidence: 'possible',
    text: 'The client went away before it was answered; it has not seen the certificate, so this is no sign of distrust.',
    remedy: 'If the client has a short timeout, raise it: tlscope answers only when the server has.',
  },
  'client-ended-in-use': {
    cause: 'connection-closed',
    text: 'The client ended the connection in use.',
  },
  'client-clock': {
    cause: 'clock-skew',
    confidence: 'likely',
    text: 'The client holds the certificate to be expired, though it is fresh (alert {alert}): its clock is wrong.',
    remedy: 'Check the client’s clock.',
  },
  'client-pinned': {
    cause: 'pinning-suspected',
    confidence: 'possible',
    text: 'The client refused this certificate, though it accepted tlscope’s certificates for other hosts: for {host} it seems to be pinned to the server’s own certificate or key.',
    remedy:
      'A pinned client cannot be inspected from outside: switch the pinning off in a debug build of the client. {untouched}',
  },
  'client-record-too-long': {
    cause: 'record-too-long',
    text: 'The client ended the handshake because a record was longer than it takes (alert {alert}).',
    remedy: '{untouched}',
  },
  'client-no-version': {
    cause: 'no-common-version',
    text: 'The client offers no TLS version that tlscope can speak.',
    remedy: '{versions} tlscope speaks TLS 1.0 to TLS 1.3. {untouched}',
  },
  'client-no-suite': {
    cause: 'no-common-suite',
    confidence: 'likely',
    text: 'The client offers no cipher suite or signature algorithm that tlscope can answer with.',
    remedy:
      '{suites} tlscope answers with what the server chose where the client offers it, else with an ECDHE suite with AES-GCM or ChaCha20-Poly1305, or a suite of TLS 1.3. {untouched}',
  },
  'client-no-group': {
    cause: 'no-common-group',
    text: 'The client offers no key exchange group that tlscope can answer with.',
    remedy: '{groups} {untouched}',
  },
  'client-no-alpn': {
    cause: 'no-common-alpn',
    text: 'The client refused the protocol that the server had selected by ALPN.',
    remedy: '{untouched}',
  },
  'client-alert': {
    cause: 'alert',
    confidence: 'likely',
    text: 'The client ended the handshake with the alert {alert}: {meaning}.',
    remedy: '{untouched}',
  },
  'client-warnings': {
    cause: 'alert',
    text: 'The client sent one warning after another, {waiting}, until tlscope’s OpenSSL ended the handshake ({code}).',
    remedy: '{untouched}',
  },
  'client-not-tls': {
    cause: 'not-tls',
    text: 'The client did not begin TLS; its first bytes are {got}.',
    remedy: 'Have the client speak TLS here, or use plain http:// through the proxy.',
  },
  'client-not-tls-unseen': {
    cause: 'not-tls',
    confidence: 'likely',
    text: 'What the client sent is not TLS ({code}).',
    remedy: 'Have the client speak TLS here, or use plain http:// through the proxy.',
  },
  'client-timeout': {
    cause: 'timeout',
    confidence: 'possible',
    text: 'The client fell silent, {waiting}.',
  },
  'client-malformed': {
    cause: 'malformed',
    text: 'What the client sent breaks the protocol, {waiting} ({code}).',
    remedy: '{untouched}',
  },
  // Either
  'other-leg': {
    cause: 'other-leg-failed',
    text: 'Ended because the other leg failed: {other}',
    remedy: '{otherRemedy}',
  },
  unknown: {
    cause: 'internal',
    confidence: 'possible',
    text: 'The leg failed {waiting}: {message}.',
    remedy: 'Please report this with the connection’s record.',
  },
} as const satisfies Readonly<Record<string, FailureText>>;

export type SituationKey = keyof typeof TEXTS;

/** What a rule found: a row of the texts, with whatever its placeholders need beyond the evidence. */
export interface Situation {
  readonly key: SituationKey;
  readonly by: Failure['by'];
  /** Where the messages would tell it wrong. */
  readonly stage?: FailureStage;
  readonly alert?: string;
  readonly values?: Readonly<Record<string, string>>;
}

/** Replaces `{name}` by `values.name`; unknown placeholders stay, so that a test finds them. */
export function fillText(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? values[name]! : whole));
}
