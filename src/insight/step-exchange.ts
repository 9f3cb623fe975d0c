/** Step 4: how both sides came by a secret, and what is made of it. */
import { clientCertificateWords } from './step-certificate.ts';
import { checkWords } from './step-checks.ts';
import { chainOf12, chainOf13 } from './step-derivation.ts';
import { exchangeWords, parametersOf, pskIdentity, publicShares, sealedPreMaster, shareMark } from './step-shares.ts';
import { clientCertificates, isEphemeral, type Story, type Told } from './step-story.ts';
import { counted, decided, milliseconds, sentences } from './step-words.ts';
import { hasForwardSecrecy } from './strength.ts';

export function clientKeyExchangeStep(story: Story): Told {
  return story.isTls13 ? exchangeOf13(story) : exchangeOf12(story);
}

function exchangeOf12(story: Story): Told {
  const { handshake, suite, sent, serverHello } = story;
  if (handshake.resumed) {
    return {
      state: 'absent',
      text: sentences(
        'No new secret is exchanged: the master secret of the earlier session, with the new random bytes of both sides, makes the new keys.',
        chainOf12(story),
      ),
      decided: decided(['forward secrecy', 'that of the first session; its master secret must be kept']),
    };
  }
  const rsa = suite?.keyExchange === 'RSA';
  const ephemeral = isEphemeral(story);
  const psk = isPsk(story);
  if (!sent('client', 'ClientKeyExchange'))
    return { state: 'pending', text: clientCertificateWords(story), decided: [] };
  return {
    state: 'done',
    text: sentences(
      clientCertificateWords(story),
      rsa && rsaWords(story),
      ephemeral && ephemeralWords(story),
      psk && pskWords(story),
      !rsa && !ephemeral && !psk && 'The client sends its part of the key exchange.',
      chainOf12(story),
      checkWords(story, 4),
      waitWords(story),
    ),
    decided: decided(
      ['key exchange', exchangeName(story)],
      ['forward secrecy', suite === undefined ? undefined : hasForwardSecrecy(suite) ? 'yes' : 'no'],
      ['extended master secret', serverHello?.extendedMasterSecret ? 'yes' : 'no'],
      ['client certificate', clientCertificateValue(story)],
    ),
  };
}

function exchangeOf13(story: Story): Told {
  const { group, resumed } = story.handshake;
  if (group === undefined) {
    const isPending = story.serverHello === undefined;
    return {
      state: 'absent',
      text: isPending
        ? 'TLS 1.3 has no ClientKeyExchange: it moved into the hellos.'
        : sentences(
            'TLS 1.3 has no ClientKeyExchange, and this handshake exchanged no keys at all: they come from the pre-shared key alone (psk_ke), without forward secrecy.',
            chainOf13(story),
          ),
      decided: isPending ? [] : decided(['key exchange', 'pre-shared key'], ['forward secrecy', 'no']),
    };
  }
  const { client, server } = publicShares(story);
  return {
    state: 'absent',
    text: sentences(
      `TLS 1.3 has no ClientKeyExchange: it moved into the hellos. The client’s key share for ${group}${shareMark(client)} came with step 1, the server’s${shareMark(server)} with step 2, and from the two each side made the shared secret before anything else was sent.`,
      /MLKEM/.test(group) &&
        'The group is a hybrid: an elliptic-curve secret and an ML-KEM one, joined, so that a quantum computer that broke the first would still face the second.',
      resumed && 'The pre-shared key is mixed in.',
      'The secret never crosses the wire and its halves are thrown away: forward secrecy.',
      chainOf13(story),
    ),
    decided: decided(['key exchange', resumed ? `${group} with pre-shared key` : group], ['forward secrecy', 'yes']),
  };
}

/** RFC 5246 §7.4.7.1: the version stands in front, so that a server notices one that was lowered on the way. */
function rsaWords(story: Story): string {
  const key = story.handshake.certificates[0]?.key;
  const sealed = sealedPreMaster(story);
  return sentences(
    `The client makes up a pre-master secret of 48 bytes (2 for the version it offered, 46 random) and sends it encrypted to the RSA key of the certificate${key === undefined ? '' : ` (${key})`}${sealed === undefined ? '' : `, which gives ${counted(sealed.length / 2, 'byte')}`}; only the holder of that key can read it.`,
    'There is no forward secrecy: whoever gets the key later can open a recording of this connection.',
  );
}

function ephemeralWords(story: Story): string {
  const { client, server } = publicShares(story);
  return sentences(
    `The client sends its own ${exchangeWords(story)}${shareMark(client)}.`,
    `Each side combines its private half with the other’s public one${server === undefined ? '' : ` (the server’s: ${server.slice(0, 8)}…)`}; the result ${isPsk(story) ? 'goes into' : 'is'} the pre-master secret, which never crosses the wire.`,
    'The halves are thrown away, so no key stolen later opens a recording: forward secrecy.',
  );
}

function isPsk({ suite }: Story): boolean {
  return suite?.authentication === 'PSK' || suite?.keyExchange === 'PSK';
}

/** RFC 4279 §2, RFC 5489 §2. */
function pskWords(story: Story): string {
  const name = pskIdentity(story);
  return `The key that both sides had before${name === undefined ? '' : `, which the client calls «${name}»,`} goes into the pre-master secret.`;
}

function waitWords({ find, inStep }: Story): string {
  const asked = find('server', 'ServerHelloDone');
  const [first] = inStep(4);
  if (asked === undefined || first === undefined) return '';
  const waited = first.at - asked.at;
  return waited >= 1 ? `The client answered ${milliseconds(waited)} after ServerHelloDone.` : '';
}

/** `ECDHE on x25519`, `DHE (2048 bits)`, `RSA`. */
function exchangeName(story: Story): string | undefined {
  const parameters = parametersOf(story);
  const name = story.suite?.keyExchange;
  if (name === undefined || parameters === undefined) return name;
  return parameters.startsWith('DH ') ? `${name} (${parameters.slice(3)})` : `${name} on ${parameters}`;
}

function clientCertificateValue(story: Story): string | undefined {
  const count = clientCertificates(story);
  if (count === undefined) return story.sent('server', 'CertificateRequest') ? 'asked for' : undefined;
  return count === 0 ? 'asked for, none shown' : 'shown';
}
