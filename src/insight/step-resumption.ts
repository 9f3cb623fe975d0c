/** Resumption in words: by session id, by ticket, or by pre-shared key. */
import { pskModeName } from '../wire/tls/registries.ts';
import type { ClientHello } from '../wire/tls/values.ts';
import { fieldsNamed, treeOf } from './field-tree.ts';
import { resumedBy, resumptionOffer, type SessionName } from './hellos.ts';
import type { Story } from './step-story.ts';
import { counted, listed } from './step-words.ts';

/** What the client holds of an earlier session; empty when it asks for nothing. */
export function resumptionOfferWords(hello: ClientHello): string {
  switch (resumptionOffer(hello)) {
    case 'psk': {
      const modes = hello.pskModes.map(pskModeName);
      return `It offers to resume an earlier session by a pre-shared key${modes.length > 0 ? ` (${listed(modes, 'or')})` : ''}; a binder proves that it holds the key.`;
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

/** Which one of several, where the client offered several. */
function identityWords({ inStep, serverHello }: Story): string {
  const hello = inStep(1).at(-1);
  const count = hello === undefined ? 0 : fieldsNamed(treeOf(hello), 'psk_identity').length;
  const chosen = serverHello?.selectedPsk;
  return count > 1 && chosen !== undefined
    ? `pre-shared key ${chosen + 1} of the ${count} offered`
    : 'the pre-shared key of an earlier session';
}
