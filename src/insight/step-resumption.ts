/** Resumption in words: by session id, by ticket, or by pre-shared key. */
import { pskModeName } from '../wire/tls/registries.ts';
import type { ClientHello } from '../wire/tls/values.ts';
import { printable } from '../wire/x509/printable.ts';
import { isAgreedKey, resumedBy, resumptionOffer, type SessionName } from './hellos.ts';
import type { Story } from './step-story.ts';
import { counted, listed } from './step-words.ts';

/** What the client holds of an earlier session; empty when it asks for nothing. */
export function resumptionOfferWords(hello: ClientHello): string {
  switch (resumptionOffer(hello)) {
    case 'psk': {
      const modes = hello.pskModes.map(pskModeName);
      const how = modes.length > 0 ? ` (${listed(modes, 'or')})` : '';
      const count = hello.pskIdentities.length;
      const proof = count > 1 ? 'a binder for each proves that it holds it' : 'a binder proves that it holds the key';
      if (isAgreedKey(hello)) {
        const names = hello.pskIdentities.slice(0, MOST_NAMES).map(({ identity }) => `«${nameWords(identity)}»`);
        return `It offers ${count > 1 ? `${count} keys` : 'a key'} that both sides had before${how}, by the name ${listed([...names, ...(count > MOST_NAMES ? ['others'] : [])])}; ${proof}.`;
      }
      return `It offers to resume an earlier session by ${count > 1 ? `one of ${count} pre-shared keys` : 'a pre-shared key'}${how}; ${proof}.`;
    }
    case 'ticket':
      return 'It offers to resume an earlier session by the ticket it was given then: the server’s own state, sealed with the server’s key.';
    case 'session-id':
      return `It offers to resume an earlier session by its session id of ${counted(hello.sessionId.length, 'byte')}, which the server must remember.`;
    default:
      return '';
  }
}

/** How the server took it up. @param group of the key exchange mixed in, TLS 1.3 only */
export function resumedWords(story: Story, group: string | undefined): string {
  const how = sessionName(story);
  if (how !== 'psk') {
    const by = how === 'ticket' ? 'ticket' : how === 'session-id' ? 'session id' : 'name of an earlier session';
    return `It accepts the client’s ${by}: both still have that session’s master secret, and no certificate is shown again.`;
  }
  const which = identityWords(story);
  return group === undefined
    ? `It accepts ${which} and makes the keys from that alone, without a new key exchange: no forward secrecy.`
    : `It accepts ${which}, which proves both sides, and mixes a new key exchange into it.`;
}

/** `no`, `by ticket`, …: a row of step 2. */
export function resumedName(story: Story): string {
  if (!story.handshake.resumed) return 'no';
  const how = sessionName(story);
  return how === undefined ? 'yes' : NAMES[how];
}

const NAMES: Readonly<Record<SessionName, string>> = {
  psk: 'by pre-shared key',
  ticket: 'by ticket',
  'session-id': 'by session id',
};

function sessionName({ answered, serverHello }: Story): SessionName | undefined {
  return answered && serverHello && resumedBy(answered, serverHello);
}

/** Names of keys told in one sentence. */
const MOST_NAMES = 3;

/** The name of a key agreed on beforehand is any bytes; most are text. */
function nameWords(identity: Uint8Array): string {
  return printable(new TextDecoder().decode(identity));
}

/** Which one of several, where the client offered several. */
function identityWords({ answered, serverHello }: Story): string {
  const count = answered?.pskIdentities.length ?? 0;
  const chosen = serverHello?.selectedPsk;
  if (count > 1 && chosen !== undefined) return `pre-shared key ${chosen + 1} of the ${count} offered`;
  return answered && isAgreedKey(answered)
    ? 'the key that both sides had before'
    : 'the pre-shared key of an earlier session';
}
