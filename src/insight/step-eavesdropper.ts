/**
 * What somebody who only listens on the wire could tell at each step, in this handshake's own values.
 *
 * Such a person has the records: their types, lengths and times always, their contents as long as no keys protect them.
 */
import { cipherSuiteName, groupName, versionName } from '../wire/tls/registries.ts';
import { printable } from '../wire/x509/printable.ts';
import { hasExtension, isAgreedKey, isNamed, resumptionOffer } from './hellos.ts';
import { recordBytes, recordCount } from './step-measure.ts';
import { pskIdentity, publicShares, sealedPreMaster } from './step-shares.ts';
import { clientCertificates, clientSubject, isComplete, isEphemeral, type Story } from './step-story.ts';
import { counted, listed, sentences, withoutGrease } from './step-words.ts';

const ENCRYPTED_CLIENT_HELLO = 0xfe0d;

/** Undefined where the step has not shown anything yet. */
export type Overheard = (story: Story) => string | undefined;

export const overheardClientHello: Overheard = ({ clientHello: hello, handshake: { fingerprints } }) => {
  if (hello === undefined) return undefined;
  const isSealed = hasExtension(hello, ENCRYPTED_CLIENT_HELLO);
  const name = hello.serverName === undefined ? 'no server name' : `the name «${printable(hello.serverName)}»`;
  const prints = fingerprints.ja4 ?? fingerprints.ja3;
  const groups = withoutGrease(hello.supportedGroups).length;
  const offered = [
    'the versions',
    counted(withoutGrease(hello.cipherSuites).length, 'cipher suite'),
    ...(groups > 0 ? [counted(groups, 'group')] : []),
  ];
  const resumes = resumptionOffer(hello);
  return sentences(
    `All of it is in clear: ${name}; ${listed(offered)} on offer${hello.alpn.length > 0 ? `, to speak ${listed(hello.alpn.map(printable), 'or')}` : ''}.`,
    prints !== undefined && `Together they tell the kind of client: its fingerprint is ${prints}.`,
    isSealed &&
      'It holds an encrypted_client_hello: if that is real, the name in clear is only the outer one, of whoever shares the server; a made-up one (GREASE) looks the same.',
    resumes === 'psk' &&
      (isAgreedKey(hello)
        ? `The name of the pre-shared key${hello.pskIdentities.length === 1 ? '' : 's'} ties this connection to every other one that uses it.`
        : 'The ticket in pre_shared_key says that this client was here before, and shows if it is used twice.'),
    (resumes === 'ticket' || resumes === 'session-id') &&
      `The ${resumes === 'ticket' ? 'ticket' : 'session id'} ties this connection to the earlier one, where it was handed out in clear.`,
    hello.hasEarlyData && 'Early data follows encrypted; its length shows.',
  );
};

export const overheardServerHello: Overheard = ({ serverHello: hello, handshake, isTls13, clientHello, inStep }) => {
  const retried = inStep(2).some(isNamed('HelloRetryRequest'));
  const retry = retried ? 'The HelloRetryRequest, in clear like both ClientHellos.' : '';
  if (hello === undefined) return retry === '' ? undefined : 'The HelloRetryRequest, all of it in clear.';
  const suite = cipherSuiteName(hello.cipherSuite);
  const group = hello.keyShareGroup === undefined ? undefined : groupName(hello.keyShareGroup);
  const { ja3s } = handshake.fingerprints;
  return sentences(
    retry,
    `The choice: ${listed([versionName(hello.version), suite, ...(group === undefined ? [] : [group])])}${hello.alpn === undefined ? '' : `, and the protocol ${printable(hello.alpn)}`}.`,
    ja3s !== undefined && `The server’s fingerprint is ${ja3s} (JA3S).`,
    handshake.resumed &&
      (isTls13
        ? 'Its pre_shared_key shows that the key of an earlier session, or one agreed on beforehand, was accepted.'
        : 'That the session is resumed shows by what does not follow.'),
    isTls13 && (clientHello?.alpn.length ?? 0) > 0 && 'Which of the protocols the server chose is encrypted already.',
  );
};

export const overheardCertificate: Overheard = (story) => {
  const { isTls13, handshake, inStep, suite } = story;
  const messages = inStep(3);
  if (isTls13) {
    if (messages.length === 0) return undefined;
    const [bytes, records] = [recordBytes(messages), recordCount(messages)];
    return `Only that ${counted(bytes, 'encrypted byte')} passed, in ${counted(records, 'record')}. ${handshake.resumed ? 'No certificate is among them.' : `From the size one may guess at the chain; who the server is${(clientCertificates(story) ?? 0) > 0 ? ', and who the client' : ''}, is not shown.`}`;
  }
  if (handshake.resumed)
    return 'Nothing passes here. Who the server is was shown in clear when the session was first made.';
  if (messages.length === 0) return undefined;
  const [leaf] = handshake.certificates;
  if (leaf === undefined)
    return suite?.authentication === 'PSK'
      ? 'No certificate passes, and none is needed.'
      : `All of it is in clear${suite?.authentication === 'NULL' ? ', and nothing of it is signed: who can change it can take the server’s place unseen' : ''}.`;
  const names = leaf.names.slice(0, 3).map((name) => printable(name.replace(/^DNS:/, '')));
  return `The whole certificate: who the server is (${names.length > 0 ? `${listed(names)}${leaf.names.length > 3 ? ' and others' : ''}` : printable(leaf.subject)}), who vouches for it and how long, even if the ClientHello had named nobody.`;
};

export const overheardKeyExchange: Overheard = (story) => {
  const { isTls13, handshake, suite, sent, serverHello } = story;
  if (isTls13 ? serverHello === undefined : !handshake.resumed && !sent('client', 'ClientKeyExchange'))
    return undefined;
  const shown = clientCertificates(story);
  const name = pskIdentity(story);
  return sentences(
    !isTls13 &&
      shown !== undefined &&
      shown > 0 &&
      (clientSubject(story) === ''
        ? 'What the client shows of itself, in clear.'
        : `The client’s certificate, in clear: who the client is («${clientSubject(story)}»).`),
    secretWords(story),
    !isTls13 &&
      suite?.authentication === 'PSK' &&
      !handshake.resumed &&
      `The name of the pre-shared key${name === undefined ? '' : `, «${name}»,`} is in clear.`,
  );
};

function secretWords(story: Story): string {
  const { handshake, suite } = story;
  if (isEphemeral(story) && (story.isTls13 || !handshake.resumed)) {
    const { client, server } = publicShares(story);
    const marks = [client, server].map((share) => (share === undefined ? '' : `${share.slice(0, 8)}…`));
    const shares = marks.every((mark) => mark !== '')
      ? `The two public shares (${listed(marks)})`
      : 'The two public shares';
    const later = /MLKEM/.test(handshake.group ?? '')
      ? 'not even with a quantum computer, as far as is known'
      : 'unless a quantum computer is one day put to a recording';
    return `${shares}, not the secret: it cannot be computed from them, ${later}.`;
  }
  if (handshake.resumed)
    return story.isTls13
      ? 'Nothing: the secret is the pre-shared key. Whoever has it can open this connection from a recording.'
      : 'Nothing: the secret is that of the earlier session. Whoever could open that one can open this one too.';
  if (suite?.keyExchange === 'PSK')
    return 'Nothing of the secret: it is the pre-shared key. Whoever has it can open this connection from a recording.';
  if (suite?.keyExchange !== 'RSA') return 'The client’s part of the exchange, not the secret.';
  const sealed = sealedPreMaster(story);
  return `The encrypted pre-master secret${sealed === undefined ? '' : ` (${counted(sealed.length / 2, 'byte')})`}: whoever later gets the server’s key can open all of this connection from a recording.`;
}

export const overheardChangeCipherSpec: Overheard = ({ isTls13, inStep, suite }) => {
  if (inStep(5).length === 0) return undefined;
  if (isTls13)
    return 'One byte that means nothing: it makes this look like TLS 1.2 to whoever looks at no more than record types.';
  return suite?.encryption === 'NULL'
    ? 'That protection begins here. The suite hides nothing: everything after it can still be read.'
    : 'That encryption begins here: of what follows only record types, lengths and times show.';
};

export const overheardFinished: Overheard = (story) => {
  const { isTls13, inStep, suite, find, handshake } = story;
  const messages = inStep(6);
  if (messages.length === 0) return undefined;
  const ticket = isTls13 ? undefined : find('server', 'NewSessionTicket');
  const sealed = messages.filter((message) => message !== ticket);
  const isOpen = !isTls13 && suite?.encryption === 'NULL';
  return sentences(
    ticket !== undefined &&
      ticket.epoch === 'plaintext' &&
      'The session ticket, in clear: whoever sees it again knows that it is the same client.',
    sealed.length > 0 &&
      (isOpen
        ? `${counted(recordBytes(sealed), 'byte')} that can be read, for this suite hides nothing.`
        : `${counted(recordBytes(sealed), 'encrypted byte')} in ${counted(recordCount(sealed), 'record')}${isComplete(story) && handshake.state !== 'failed' ? ', and after them the lengths and times of the application data' : ''}.`),
  );
};
