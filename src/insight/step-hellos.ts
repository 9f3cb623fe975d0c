/** Steps 1 and 2: what the client offers, what the server makes of it. */
import { fromHex } from '../wire/hex.ts';
import { readServerHello } from '../wire/tls/messages/table.ts';
import { type CipherSuite, cipherSuiteName, groupName, versionName } from '../wire/tls/registries.ts';
import type { ClientHello } from '../wire/tls/values.ts';
import { printable } from '../wire/x509/printable.ts';
import { isAgreedKey, isSslv2Hello, resumptionOffer } from './hellos.ts';
import { checkRow, checkWords } from './step-checks.ts';
import { durationOf } from './step-measure.ts';
import { resumedName, resumedWords, resumptionOfferWords } from './step-resumption.ts';
import type { Story, Told } from './step-story.ts';
import { counted, decided, listed, milliseconds, sentences, withoutGrease } from './step-words.ts';
import { isEphemeralExchange } from './strength.ts';

export function clientHelloStep(story: Story): Told {
  const { clientHello: hello, handshake } = story;
  if (hello === undefined) return { state: 'pending', text: '', decided: [] };
  const versions = offeredVersions(hello);
  const shares = withoutGrease(hello.keyShareGroups).map(groupName);
  const protocols = hello.alpn.map(printable);
  const name = hello.serverName === undefined ? undefined : printable(hello.serverName);
  const suites = withoutGrease(hello.cipherSuites).length;
  const groups = withoutGrease(hello.supportedGroups).length;
  const resumes = resumptionOffer(hello) !== undefined;
  return {
    state: 'done',
    text: sentences(
      `The client offers ${versions}${groups > 0 ? ',' : ' and'} ${counted(suites, 'cipher suite')}${groups > 0 ? ` and ${counted(groups, 'key exchange group')}` : ''}.`,
      story.inStep(1).some(isSslv2Hello) &&
        'It does so in the framing of SSL 2.0, which has no extensions: no name, no groups, no protocols (RFC 5246 appendix E.2).',
      name === undefined ? 'It names no server.' : `It asks for the server «${name}».`,
      protocols.length > 0 && `It would speak ${listed(protocols, 'or')}.`,
      shares.length > 0 &&
        `Ahead of any answer it sends ${sharesFor(shares, 'key share')}, so that a TLS 1.3 server can encrypt right after its ServerHello.`,
      resumptionOfferWords(hello),
      checkWords(story, 1),
      hello.hasEarlyData && 'It announces early data, sent before the server has answered.',
      story.inStep(1).some(isSslv2Hello)
        ? 'Its challenge, in place of random bytes, goes into every key made later.'
        : 'Its 32 random bytes go into every key made later.',
      handshake.retried &&
        `After the server’s HelloRetryRequest it sent a second ClientHello${secondHelloWords(story)}, ${milliseconds(durationOf(story.inStep(1)))} after the first.`,
    ),
    decided: decided(
      ['versions offered', versions],
      ['server name', name],
      ['protocols offered', protocols.join(', ')],
      ['key shares', shares.join(', ')],
      ['offers to resume', resumes ? 'yes' : 'no'],
      ['binders', checkRow(story, 1)],
    ),
  };
}

export function serverHelloStep(story: Story): Told {
  const { serverHello: hello, handshake, isTls13, clientHello } = story;
  const retry = retryWords(story);
  if (hello === undefined) return { state: 'pending', text: retry, decided: [] };
  const version = versionName(hello.version);
  const group = hello.keyShareGroup === undefined ? undefined : groupName(hello.keyShareGroup);
  const alpn = hello.alpn === undefined ? undefined : printable(hello.alpn);
  const refused = !handshake.resumed && clientHello !== undefined && resumptionOffer(clientHello) !== undefined;
  return {
    state: 'done',
    text: sentences(
      retry,
      `The server chooses ${version} and ${cipherSuiteName(hello.cipherSuite)}${suiteWords(story)}.`,
      handshake.resumed && resumedWords(story, group),
      refused &&
        `It does not take up ${isAgreedKey(clientHello) ? 'the key that the client offered' : 'the session that the client offered to resume'}; a full handshake follows.`,
      isTls13 &&
        group !== undefined &&
        `With its own key share for ${group} both sides can compute the same secret; every handshake message after this one is encrypted.`,
      !isTls13 && 'Its 32 random bytes go into the keys too.',
      alpn !== undefined && `The connection will speak ${alpn}.`,
      waitWords(story),
    ),
    decided: decided(
      ['version', version],
      ['cipher suite', cipherSuiteName(hello.cipherSuite)],
      ['group', group],
      ['encrypt-then-MAC', story.suite?.mode === 'CBC' ? (hello.encryptThenMac ? 'yes' : 'no') : undefined],
      ['application protocol', alpn],
      ['resumed', resumedName(story)],
    ),
  };
}

function offeredVersions(hello: ClientHello): string {
  const versions = withoutGrease(hello.supportedVersions).map(versionName);
  return versions.length > 0 ? listed(versions) : `${versionName(hello.legacyVersion)} at most`;
}

/** `a share for x25519`, `shares for x25519 and secp256r1`. */
function sharesFor(groups: readonly string[], noun = 'share'): string {
  return `${groups.length === 1 ? `a ${noun}` : `${noun}s`} for ${listed(groups)}`;
}

function secondHelloWords({ answered }: Story): string {
  const shares = withoutGrease(answered?.keyShareGroups ?? []).map(groupName);
  return shares.length === 0 ? '' : ` with ${sharesFor(shares, 'key share')}`;
}

/** RFC 8446 §4.1.4: another group, a cookie to bring back, or both. */
function retryWords({ find, clientHello }: Story): string {
  const message = find('server', 'HelloRetryRequest');
  if (message === undefined) return '';
  const { keyShareGroup } = readServerHello(fromHex(message.raw));
  if (keyShareGroup === undefined)
    return 'The server first answered with a HelloRetryRequest, to have its cookie brought back. That cost a round trip, which no other key share would have saved.';
  const wanted = groupName(keyShareGroup);
  const sent = withoutGrease(clientHello?.keyShareGroups ?? []).map(groupName);
  const isListed = clientHello?.supportedGroups.includes(keyShareGroup) ?? false;
  return sentences(
    `The server first answered with a HelloRetryRequest: it wanted a key share for ${wanted}.`,
    isListed &&
      `The client lists that group, but had sent ${sent.length === 0 ? 'no share' : `${sharesFor(sent)} alone`}; one for ${wanted} in its first hello would have saved this round trip.`,
  );
}

/** On the leg to the client the wait holds the whole handshake with the server. */
function waitWords({ find, inStep }: Story): string {
  const asked = inStep(1).at(-1);
  const answered = find('server', 'ServerHello');
  if (asked === undefined || answered === undefined) return '';
  const waited = answered.at - asked.at;
  return waited >= 1 ? `The answer came ${milliseconds(waited)} after the ClientHello.` : '';
}

const KEY_EXCHANGES: Readonly<Record<string, string>> = {
  ECDHE: 'an elliptic-curve Diffie-Hellman exchange with fresh keys',
  DHE: 'a Diffie-Hellman exchange with fresh keys',
  ECDH: 'Diffie-Hellman with the certificate’s own elliptic-curve key',
  DH: 'Diffie-Hellman with the certificate’s own key',
  RSA: 'RSA encryption to the certificate’s key',
  PSK: 'a key that both sides had before',
  SRP: 'an exchange under a password that both sides know (SRP)',
  ECCPWD: 'an exchange under a password that both sides know (ECCPWD)',
};

/** Who vouches for the server, where it is not the key of a certificate. */
const PROOFS: Readonly<Record<string, string>> = {
  NULL: 'nothing proves the server',
  PSK: 'the pre-shared key proves both sides',
  SRP: 'the password proves the server',
  'SRP+RSA': 'the password and RSA prove the server',
  'SRP+DSS': 'the password and DSS prove the server',
  ECCPWD: 'the password proves both sides',
};

/** What the parts of a suite are for. */
function suiteWords({ suite, handshake }: Story): string {
  if (suite === undefined) return '';
  const guard = guardWords(suite);
  if (suite.keyExchange === 'TLS13') return `, which means: ${guard}, HKDF with ${suite.prf} derives the keys`;
  if (handshake.resumed) return `; its key exchange does not run again, ${guard}`;
  const { keyExchange, authentication } = suite;
  // Anonymous suites use no certificate's key, though the registry calls their exchange as if they did.
  const kind = isEphemeralExchange(suite) ? keyExchange.replace(/DH$/, 'DHE') : keyExchange;
  const exchange = Object.hasOwn(KEY_EXCHANGES, kind) ? KEY_EXCHANGES[kind] : kind;
  const proof = Object.hasOwn(PROOFS, authentication) ? PROOFS[authentication] : `${authentication} proves the server`;
  return `, which means: ${exchange} makes the secret, ${proof}, ${guard}`;
}

/** `AES-128-GCM protects the data`, `AES-128-CBC with HMAC-SHA1 protects the data`. */
function guardWords({ encryption, keyBits, mode, mac }: CipherSuite): string {
  if (encryption === 'NULL') {
    return mac === 'NULL' ? 'nothing protects the data' : `nothing hides the data, ${mac} shows whether it was changed`;
  }
  const bits = BITS_IN_NAME.has(encryption) ? '' : String(keyBits);
  const cipher = [encryption.replaceAll('_', '-'), bits, mode].filter((part) => part !== '').join('-');
  // An AEAD needs no MAC beside it; the registry names the hash of AEGIS suites in that place.
  return `${cipher}${mode === 'CBC' || encryption.startsWith('RC') ? ` with ${mac}` : ''} protects the data`;
}

/** Ciphers with one length of key alone. */
const BITS_IN_NAME: ReadonlySet<string> = new Set(['CHACHA20_POLY1305', '3DES']);
