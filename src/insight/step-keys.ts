/** Steps 3 and 4: who the server is, and how both sides came by a secret. */
import { fromHex } from '../wire/hex.ts';
import { readServerKeyExchange } from '../wire/tls/messages/table.ts';
import { printable } from '../wire/x509/printable.ts';
import { clientCertificates, type Story, type Told } from './step-story.ts';
import { counted, type Decided, decided, listed, sentences } from './step-words.ts';

export function serverCertificateStep(story: Story): Told {
  return story.isTls13 ? certificateOf13(story) : certificateOf12(story);
}

export function clientKeyExchangeStep(story: Story): Told {
  return story.isTls13 ? exchangeOf13(story) : exchangeOf12(story);
}

function certificateOf12(story: Story): Told {
  const { handshake, suite, sent } = story;
  if (handshake.resumed) {
    return {
      state: 'absent',
      text: 'A resumed session shows no certificate and makes no new secret: who the server is was proved when the session was first made, and its master secret is used again.',
      decided: [],
    };
  }
  const signed = sent('server', 'ServerKeyExchange');
  const exchange = exchangeWords(story);
  const text = sentences(
    certificateWords(story),
    signed && `ServerKeyExchange brings the server’s ${exchange}, fresh for this connection${signatureWords(story)}.`,
    !signed &&
      suite?.keyExchange === 'RSA' &&
      'There is no ServerKeyExchange: the key in the certificate itself will receive the secret.',
    sent('server', 'CertificateRequest') && 'The server also asks for a certificate of the client’s.',
    sent('server', 'ServerHelloDone') && 'ServerHelloDone ends its turn.',
  );
  return {
    state: sent('server', 'ServerHelloDone') ? 'done' : 'pending',
    text,
    decided: [...certificateRows(story), ...decided(['group', signed ? parametersOf(story) : undefined])],
  };
}

function certificateOf13(story: Story): Told {
  const { handshake, sent } = story;
  const alpn = handshake.alpn === undefined ? undefined : printable(handshake.alpn);
  const shown = sent('server', 'CertificateVerify');
  const text = sentences(
    sent('server', 'EncryptedExtensions') &&
      `EncryptedExtensions, the first message under the new keys, settles the rest of the negotiation${alpn === undefined ? '' : `: the connection will speak ${alpn}`}.`,
    sent('server', 'CertificateRequest') && 'The server asks for a certificate of the client’s.',
    handshake.resumed
      ? 'No certificate is shown: the pre-shared key of the earlier session proves both sides.'
      : certificateWords(story),
    shown &&
      `CertificateVerify signs every message so far with the certificate’s key${handshake.scheme === undefined ? '' : ` (${handshake.scheme})`}: that proves that the server holds the key.`,
    clientCertificateWords(story),
    shown &&
      'ServerKeyExchange and ServerHelloDone do not exist in TLS 1.3: the key share stands in ServerHello, the signature in CertificateVerify.',
  );
  const done = handshake.resumed ? sent('server', 'EncryptedExtensions') : shown;
  return {
    state: done ? 'done' : 'pending',
    text,
    decided: [...certificateRows(story), ...decided(['application protocol', alpn])],
  };
}

function exchangeOf12(story: Story): Told {
  const { handshake, suite, sent, serverHello } = story;
  if (handshake.resumed) {
    return {
      state: 'absent',
      text: 'No new secret is exchanged: the master secret of the earlier session, with the new random bytes of both sides, makes the new keys.',
      decided: decided(['forward secrecy', 'that of the first session; its master secret must be kept']),
    };
  }
  const rsa = suite?.keyExchange === 'RSA';
  const ephemeral = suite?.keyExchange === 'ECDHE' || suite?.keyExchange === 'DHE';
  const psk = suite?.authentication === 'PSK' || suite?.keyExchange === 'PSK';
  if (!sent('client', 'ClientKeyExchange'))
    return { state: 'pending', text: clientCertificateWords(story), decided: [] };
  return {
    state: 'done',
    text: sentences(
      clientCertificateWords(story),
      rsa &&
        'The client makes up a pre-master secret of 48 bytes and sends it encrypted to the RSA key of the certificate; only the holder of that key can read it. There is no forward secrecy: whoever gets the key later can open a recording of this connection.',
      ephemeral &&
        `The client sends its own ${exchangeWords(story)}. Each side combines its private half with the other’s public one; the result is the pre-master secret, which never crosses the wire. The halves are thrown away, so no key stolen later opens a recording: forward secrecy.`,
      psk && 'A key that both sides had before goes into the secret.',
      !rsa && !ephemeral && !psk && 'The client sends its part of the key exchange.',
      `Pre-master secret and both sides’ random bytes make the master secret, and that makes the keys${serverHello?.extendedMasterSecret ? ', bound to every message so far (extended master secret, RFC 7627)' : ''}.`,
    ),
    decided: decided(
      ['key exchange', exchangeName(story)],
      ['forward secrecy', ephemeral ? 'yes' : rsa ? 'no' : undefined],
      ['extended master secret', serverHello?.extendedMasterSecret ? 'yes' : 'no'],
      ['client certificate', clientCertificateValue(story)],
    ),
  };
}

function exchangeOf13({ handshake }: Story): Told {
  const { group, resumed } = handshake;
  if (group === undefined) {
    return {
      state: 'absent',
      text: 'TLS 1.3 has no ClientKeyExchange, and this handshake exchanged no keys at all: they come from the earlier session’s pre-shared key alone (psk_ke), without forward secrecy.',
      decided: decided(['key exchange', 'pre-shared key'], ['forward secrecy', 'no']),
    };
  }
  const hybrid = /MLKEM/.test(group);
  return {
    state: 'absent',
    text: sentences(
      `TLS 1.3 has no ClientKeyExchange: it moved into the hellos. The client’s key share for ${group} came with step 1, the server’s with step 2, and from the two each side made the shared secret before any certificate was sent.`,
      hybrid &&
        'The group is a hybrid: an elliptic-curve secret and an ML-KEM one, joined, so that a quantum computer that broke the first would still face the second.',
      resumed && 'The earlier session’s pre-shared key is mixed in.',
      'The secret never crosses the wire and its halves are thrown away: forward secrecy.',
    ),
    decided: decided(['key exchange', resumed ? `${group} with pre-shared key` : group], ['forward secrecy', 'yes']),
  };
}

function certificateWords({ handshake: { certificates }, sent }: Story): string {
  const [leaf] = certificates;
  if (leaf === undefined) {
    return sent('server', 'Certificate') || sent('server', 'CompressedCertificate')
      ? 'The server shows its certificate.'
      : '';
  }
  const names = leaf.names.slice(0, 3).map((name) => name.replace(/^DNS:/, ''));
  const more = leaf.names.length > 3 ? ' and others' : '';
  const subject = names.length > 0 ? `${listed(names)}${more}` : `«${leaf.subject}»`;
  const above =
    certificates.length > 1
      ? `, with ${counted(certificates.length - 1, 'certificate')} to lead up to a root`
      : ', alone';
  return `The server shows its certificate for ${subject}: a key of type ${leaf.key}, signed by «${leaf.issuer}»${above}.`;
}

function certificateRows({ handshake: { certificates, scheme } }: Story): Decided[] {
  const [leaf] = certificates;
  return decided(
    ['certificate', leaf?.subject],
    ['issuer', leaf?.issuer],
    ['valid until', leaf?.notAfter],
    ['key', leaf?.key],
    ['chain', leaf === undefined ? undefined : counted(certificates.length, 'certificate')],
    ['signature scheme', scheme],
  );
}

/** The client's own certificate, where the server asked for one. */
function clientCertificateWords(story: Story): string {
  const count = clientCertificates(story);
  if (count === undefined) return '';
  if (count === 0) return 'The client has no certificate to show and says so with an empty one.';
  return `The client shows its own certificate (${counted(count, 'certificate')}) and signs the handshake with its key in CertificateVerify.`;
}

function clientCertificateValue(story: Story): string | undefined {
  const count = clientCertificates(story);
  if (count === undefined) return story.sent('server', 'CertificateRequest') ? 'asked for' : undefined;
  return count === 0 ? 'asked for, none shown' : 'shown';
}

function signatureWords({ handshake: { scheme, certificates }, suite }: Story): string {
  if (suite?.authentication === 'NULL') return ', unsigned: nobody knows whose it is';
  if (suite?.authentication === 'PSK') return ', unsigned: the key that both sides had before will prove them';
  const words = scheme ?? certificates[0]?.key;
  return `, signed with the certificate’s key${words === undefined ? '' : ` (${words})`} together with both sides’ random bytes: that proves that the server holds the key, and that the share is no old one`;
}

/** `public key on x25519`, `Diffie-Hellman value (DH 2048 bits)`. */
function exchangeWords(story: Story): string {
  const parameters = parametersOf(story);
  if (story.suite?.keyExchange === 'DHE')
    return `Diffie-Hellman value${parameters === undefined ? '' : ` (${parameters})`}`;
  return `public key${parameters === undefined ? '' : ` on ${parameters}`}`;
}

/** `ECDHE on x25519`, `DHE (2048 bits)`, `RSA`. */
function exchangeName(story: Story): string | undefined {
  const parameters = parametersOf(story);
  const name = story.suite?.keyExchange;
  if (name === undefined || parameters === undefined) return name;
  return parameters.startsWith('DH ') ? `${name} (${parameters.slice(3)})` : `${name} on ${parameters}`;
}

function parametersOf(story: Story): string | undefined {
  if (story.handshake.group !== undefined) return story.handshake.group;
  const message = story.find('server', 'ServerKeyExchange');
  return message && readServerKeyExchange(fromHex(message.raw), story.context).parameters;
}
