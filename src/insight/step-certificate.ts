/** Step 3: who the server is. */
import { fromHex } from '../wire/hex.ts';
import { readEncryptedExtensions } from '../wire/tls/messages/table.ts';
import { printable } from '../wire/x509/printable.ts';
import { checkRow, checkWords } from './step-checks.ts';
import { exchangeWords, parametersOf, publicShares, shareMark } from './step-shares.ts';
import { clientCertificates, clientSubject, type Story, type Told } from './step-story.ts';
import { continued, counted, type Decided, decided, listed, sentences } from './step-words.ts';

export function serverCertificateStep(story: Story): Told {
  return story.isTls13 ? certificateOf13(story) : certificateOf12(story);
}

/** The client's own certificate, where the server asked for one. */
export function clientCertificateWords(story: Story): string {
  const count = clientCertificates(story);
  if (count === undefined) return '';
  if (count === 0) return 'The client has no certificate to show and says so with an empty list.';
  const signed = story.sent('client', 'CertificateVerify') ? ' and signs the handshake with its key' : '';
  const bare = story.rawKey('client');
  if (bare !== undefined)
    return `The client shows a bare public key of type ${bare} in place of a certificate (RFC 7250)${signed}.`;
  const above = count > 1 ? `, with ${counted(count - 1, 'certificate')} to lead up to a root,` : '';
  return `The client shows its own certificate, for «${clientSubject(story)}»${above}${signed}.`;
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
  const text = sentences(
    certificateWords(story),
    chainWords(story),
    stapleWords(story),
    signed && serverExchangeWords(story),
    checkWords(story, 3),
    !signed &&
      suite?.keyExchange === 'RSA' &&
      'There is no ServerKeyExchange: the key in the certificate itself will receive the secret.',
    !signed &&
      suite?.keyExchange === 'PSK' &&
      sent('server', 'ServerHelloDone') &&
      'There is no ServerKeyExchange: the key that both sides had before needs nothing but its name.',
    sent('server', 'CertificateRequest') && 'The server also asks for a certificate of the client’s.',
    sent('server', 'ServerHelloDone') && 'ServerHelloDone ends its turn.',
  );
  return {
    state: sent('server', 'ServerHelloDone') ? 'done' : 'pending',
    text,
    decided: [
      ...certificateRows(story),
      ...decided(['group', signed ? parametersOf(story) : undefined], ['signature', checkRow(story, 3)]),
    ],
  };
}

function certificateOf13(story: Story): Told {
  const { handshake, sent } = story;
  const alpn = handshake.alpn === undefined ? undefined : printable(handshake.alpn);
  const shown = sent('server', 'CertificateVerify');
  const done = handshake.resumed ? sent('server', 'EncryptedExtensions') : shown;
  const whereabouts = [
    ...(handshake.group === undefined ? [] : ['the key share stands in ServerHello']),
    ...(shown ? ['the signature in CertificateVerify'] : []),
  ];
  const text = sentences(
    sent('server', 'EncryptedExtensions') &&
      `EncryptedExtensions, the first message under the new keys, settles the rest of the negotiation${alpn === undefined ? '' : `: the connection will speak ${alpn}`}.`,
    earlyDataWords(story),
    sent('server', 'CertificateRequest') && 'The server asks for a certificate of the client’s.',
    handshake.resumed ? 'No certificate is shown: the pre-shared key proves both sides.' : certificateWords(story),
    chainWords(story),
    stapleWords(story),
    shown &&
      `CertificateVerify signs every message so far with ${keyName(story)}${keyWords(story)}: that proves that the server holds the key.`,
    clientCertificateWords(story),
    checkWords(story, 3),
    done &&
      `ServerKeyExchange and ServerHelloDone do not exist in TLS 1.3${whereabouts.length === 0 ? '' : `: ${whereabouts.join(', ')}`}.`,
  );
  return {
    state: done ? 'done' : 'pending',
    text,
    decided: [...certificateRows(story), ...decided(['application protocol', alpn], ['signature', checkRow(story, 3)])],
  };
}

function certificateWords({ handshake: { certificates }, sent, rawKey }: Story): string {
  const [leaf] = certificates;
  const bare = rawKey('server');
  if (bare !== undefined)
    return `The server shows a bare public key of type ${bare} in place of a certificate (RFC 7250): the client has to know it beforehand.`;
  const compressed = sent('server', 'CompressedCertificate');
  if (leaf === undefined) return sent('server', 'Certificate') || compressed ? 'The server shows its certificate.' : '';
  const names = leaf.names.slice(0, 3).map((name) => printable(name.replace(/^DNS:/, '')));
  const more = leaf.names.length > 3 ? ' and others' : '';
  const subject = names.length > 0 ? `${listed(names)}${more}` : `«${printable(leaf.subject)}»`;
  const above =
    certificates.length > 1
      ? `, with ${counted(certificates.length - 1, 'certificate')} to lead up to a root`
      : ', alone';
  return `The server shows its certificate for ${subject}: a key of type ${leaf.key}, signed by «${printable(leaf.issuer)}»${above}${compressed ? ', the whole message compressed' : ''}.`;
}

/** Where the chain leads, once it was built. */
function chainWords({ handshake: { chain }, rawKey }: Story): string {
  if (chain === undefined || rawKey('server') !== undefined) return '';
  const [gravest, ...rest] = chain.problems;
  if (chain.trusted)
    return sentences(
      `The chain leads ${chain.root === undefined ? 'to a root' : `to the root «${printable(chain.root)}»`} that is trusted here.`,
      gravest && `Strict clients may object all the same: ${continued(endless(gravest.text))}.`,
    );
  if (gravest === undefined) return 'The chain leads to no root that is trusted here.';
  const more = rest.length === 0 ? '' : ` (and ${rest.length} more ${rest.length === 1 ? 'problem' : 'problems'})`;
  return `The chain is not to be trusted: ${continued(endless(gravest.text))}${more}.`;
}

function stapleWords({ handshake: { chain } }: Story): string {
  if (chain === undefined) return '';
  return sentences(
    chain.staple && `A stapled OCSP response says «${chain.staple.status}».`,
    chain.timestamps > 0 && `The certificate comes with ${counted(chain.timestamps, 'signed certificate timestamp')}.`,
  );
}

/** RFC 5246 §7.4.3. */
function serverExchangeWords(story: Story): string {
  const mark = shareMark(publicShares(story).server);
  return `ServerKeyExchange brings the server’s ${exchangeWords(story)}${mark}, fresh for this connection${signatureWords(story)}.`;
}

function signatureWords(story: Story): string {
  const authentication = story.suite?.authentication;
  if (authentication === 'NULL' || authentication === 'anon') return ', unsigned: nobody knows whose it is';
  if (authentication === 'PSK') return ', unsigned: the key that both sides had before will prove them';
  return `, signed with ${keyName(story)}${keyWords(story)} together with both sides’ random bytes: that proves that the server holds the key, and that the share is no old one`;
}

function keyName({ rawKey }: Story): string {
  return rawKey('server') === undefined ? 'the certificate’s key' : 'that key';
}

/** ` (EC P-256, by ecdsa_secp256r1_sha256)` */
function keyWords({ handshake: { scheme, certificates }, serverHello }: Story): string {
  const key = certificates[0]?.key;
  const by = scheme ?? (serverHello && serverHello.version < TLS12 ? hashBefore12(key) : undefined);
  const parts = [key, by && `by ${by}`];
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? '' : ` (${known.join(', ')})`;
}

function certificateRows({ handshake: { certificates, scheme, chain }, rawKey }: Story): Decided[] {
  const [leaf] = certificates;
  const bare = rawKey('server');
  return decided(
    ['certificate', leaf && printable(leaf.subject)],
    ['issuer', leaf && printable(leaf.issuer)],
    ['valid until', leaf?.notAfter],
    ['key', leaf?.key ?? bare],
    ['chain', leaf === undefined ? undefined : counted(certificates.length, 'certificate')],
    ['trusted root', chain?.trusted && chain.root !== undefined ? printable(chain.root) : undefined],
    ['chain problem', bare === undefined ? chain?.problems[0]?.code : undefined],
    ['OCSP staple', chain?.staple?.status],
    ['signature scheme', scheme],
  );
}

const TLS12 = 0x0303;

/** What is signed before there were schemes to choose from (RFC 4346 §7.4.3, RFC 8422 §5.4). */
function hashBefore12(key: string | undefined): string | undefined {
  return key && (key.startsWith('RSA') ? 'MD5 and SHA-1 joined' : 'SHA-1');
}

/** What became of early data (RFC 8446 §4.2.10). */
function earlyDataWords({ clientHello, find }: Story): string {
  const message = find('server', 'EncryptedExtensions');
  if (!clientHello?.hasEarlyData || message === undefined) return '';
  return readEncryptedExtensions(fromHex(message.raw)).acceptsEarlyData
    ? 'It accepts the client’s early data.'
    : 'It does not accept the client’s early data: the server skips it, and the client may send it again.';
}

function endless(text: string): string {
  return text.replace(/\.$/, '');
}
