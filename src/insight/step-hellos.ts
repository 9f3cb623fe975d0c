/** Steps 1 and 2: what the client offers, what the server makes of it. */
import { fromHex } from '../wire/hex.ts';
import { readServerHello } from '../wire/tls/messages/table.ts';
import { cipherSuiteName, groupName, versionName } from '../wire/tls/registries.ts';
import type { ClientHello } from '../wire/tls/values.ts';
import { printable } from '../wire/x509/printable.ts';
import { asksToResume } from './hellos.ts';
import type { Story, Told } from './step-story.ts';
import { counted, decided, listed, sentences, withoutGrease } from './step-words.ts';

export function clientHelloStep({ clientHello: hello, handshake }: Story): Told {
  if (hello === undefined) return { state: 'pending', text: '', decided: [] };
  const versions = offeredVersions(hello);
  const shares = withoutGrease(hello.keyShareGroups).map(groupName);
  const protocols = hello.alpn.map(printable);
  const name = hello.serverName === undefined ? undefined : printable(hello.serverName);
  const suites = withoutGrease(hello.cipherSuites).length;
  const groups = withoutGrease(hello.supportedGroups).length;
  const resumes = asksToResume(hello);
  return {
    state: 'done',
    text: sentences(
      `The client offers ${versions}${groups > 0 ? ',' : ' and'} ${counted(suites, 'cipher suite')}${groups > 0 ? ` and ${counted(groups, 'key exchange group')}` : ''}.`,
      name === undefined ? 'It names no server.' : `It asks for the server «${name}».`,
      protocols.length > 0 && `It would speak ${listed(protocols, 'or')}.`,
      shares.length > 0 &&
        `Ahead of any answer it sends key shares for ${listed(shares)}, so that a TLS 1.3 server can encrypt right after its ServerHello.`,
      resumes && 'It offers to resume an earlier session.',
      hello.hasEarlyData && 'It announces early data, sent before the server has answered.',
      'Its 32 random bytes go into every key made later.',
      handshake.retried &&
        'After the server’s HelloRetryRequest it sent a second ClientHello with the key share asked for.',
    ),
    decided: decided(
      ['versions offered', versions],
      ['server name', name],
      ['protocols offered', protocols.join(', ')],
      ['key shares', shares.join(', ')],
      ['offers to resume', resumes ? 'yes' : 'no'],
    ),
  };
}

export function serverHelloStep(story: Story): Told {
  const { serverHello: hello, handshake, isTls13 } = story;
  const retry = retryWords(story);
  if (hello === undefined) return { state: 'pending', text: retry, decided: [] };
  const version = versionName(hello.version);
  const group = hello.keyShareGroup === undefined ? undefined : groupName(hello.keyShareGroup);
  const alpn = hello.alpn === undefined ? undefined : printable(hello.alpn);
  return {
    state: 'done',
    text: sentences(
      retry,
      `The server chooses ${version} and ${cipherSuiteName(hello.cipherSuite)}${suiteWords(story)}.`,
      handshake.resumed && resumedWords(isTls13, group),
      isTls13 &&
        group !== undefined &&
        `With its own key share for ${group} both sides can compute the same secret; every handshake message after this one is encrypted.`,
      !isTls13 && 'Its 32 random bytes go into the keys too.',
      alpn !== undefined && `The connection will speak ${alpn}.`,
    ),
    decided: decided(
      ['version', version],
      ['cipher suite', cipherSuiteName(hello.cipherSuite)],
      ['group', group],
      ['application protocol', alpn],
      ['resumed', handshake.resumed ? 'yes' : 'no'],
    ),
  };
}

function offeredVersions(hello: ClientHello): string {
  const versions = withoutGrease(hello.supportedVersions).map(versionName);
  return versions.length > 0 ? listed(versions) : `${versionName(hello.legacyVersion)} at most`;
}

/** RFC 8446 §4.1.4: another group, a cookie to bring back, or both. */
function retryWords({ find }: Story): string {
  const message = find('server', 'HelloRetryRequest');
  if (message === undefined) return '';
  const { keyShareGroup } = readServerHello(fromHex(message.raw));
  return keyShareGroup === undefined
    ? 'The server first answered with a HelloRetryRequest, to have its cookie brought back.'
    : `The server first answered with a HelloRetryRequest: it wanted a key share for ${groupName(keyShareGroup)}.`;
}

function resumedWords(isTls13: boolean, group: string | undefined): string {
  if (!isTls13)
    return 'It accepts the session the client wants to resume: both still have its master secret, and no certificate is shown again.';
  return group === undefined
    ? 'It accepts the pre-shared key of an earlier session and makes the keys from that alone, without a new key exchange: no forward secrecy.'
    : 'It accepts the pre-shared key of an earlier session, which proves both sides, and mixes a new key exchange into it.';
}

const KEY_EXCHANGES: Readonly<Record<string, string>> = {
  ECDHE: 'an elliptic-curve Diffie-Hellman exchange (ECDHE)',
  DHE: 'a Diffie-Hellman exchange (DHE)',
  ECDH: 'Diffie-Hellman with the certificate’s own elliptic-curve key',
  DH: 'Diffie-Hellman with the certificate’s own key',
  RSA: 'RSA encryption to the certificate’s key',
  PSK: 'a pre-shared key',
};

/** What the parts of a suite are for. */
function suiteWords({ suite }: Story): string {
  if (suite === undefined) return '';
  const cipher = [suite.encryption.replaceAll('_', '-'), suite.keyBits > 0 ? `${suite.keyBits} bits` : '', suite.mode]
    .filter((part) => part !== '')
    .join(' ');
  if (suite.keyExchange === 'TLS13') return `, which means: ${cipher} protects the data, ${suite.prf} derives the keys`;
  const exchange = Object.hasOwn(KEY_EXCHANGES, suite.keyExchange)
    ? KEY_EXCHANGES[suite.keyExchange]
    : suite.keyExchange;
  const proof =
    suite.authentication === 'NULL' ? 'nothing proves the server' : `${suite.authentication} proves the server`;
  const guard = suite.encryption === 'NULL' ? 'nothing hides the data' : `${cipher} protects the data`;
  return `, which means: ${exchange} makes the secret, ${proof}, ${guard}`;
}
