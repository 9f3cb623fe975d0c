/** Steps 5 and 6: the switch to the new keys, and the check of everything before it. */

import { isNamed } from './hellos.ts';
import { ticketLifetime } from './session-ticket.ts';
import { checkRow, checkWords } from './step-checks.ts';
import { isComplete, type Story, type Told } from './step-story.ts';
import { counted, decided, listed, sentences, timespan } from './step-words.ts';

export function changeCipherSpecStep(story: Story): Told {
  const { isTls13, handshake, clientHello, suite, sent } = story;
  const client = sent('client', 'ChangeCipherSpec');
  const server = sent('server', 'ChangeCipherSpec');
  if (!isTls13) {
    return {
      state: client && server ? 'done' : 'pending',
      text: sentences(
        (client || server) &&
          `${client && server ? 'Each side' : client ? 'The client' : 'The server'} says with one byte that it switches: what it sends from here on is ${suite?.encryption === 'NULL' ? 'protected against change, though not hidden,' : 'encrypted and protected'} with the new keys.`,
        client && server && handshake.resumed && 'In a resumed session the server switches first.',
      ),
      decided: client && server ? decided(['keys', 'the negotiated ones, both ways']) : [],
    };
  }
  if (client || server) {
    const who =
      client && server ? 'Both sides send it' : client ? 'The client alone sends it' : 'The server alone sends it';
    return {
      state: 'done',
      text: `In TLS 1.3 this message does nothing. ${who}, so that middleboxes that know TLS 1.2 let the connection pass (RFC 8446 appendix D.4). The keys switch by themselves: handshake keys right after ServerHello, application keys after Finished.`,
      decided: decided(['keys', 'not touched by it']),
    };
  }
  if (!isComplete(story)) return { state: 'pending', text: '', decided: [] };
  const asked = (clientHello?.sessionId.length ?? 0) > 0;
  return {
    state: 'absent',
    text: `TLS 1.3 switches keys without this message: handshake keys right after ServerHello, application keys after Finished. ${asked ? 'Neither side sent it for middleboxes either.' : 'The client’s empty session id did not ask for it as a disguise either.'}`,
    decided: [],
  };
}

export function finishedStep(story: Story): Told {
  const { isTls13, handshake, sent, inStep } = story;
  const client = sent('client', 'Finished');
  const server = sent('server', 'Finished');
  const tickets = inStep(6).filter((message) => message.type.name === 'NewSessionTicket').length;
  if (!isComplete(story)) {
    const one = client ? 'The client has sent its Finished.' : server ? 'The server has sent its Finished.' : '';
    return { state: 'pending', text: sentences(one, checkWords(story, 6)), decided: [] };
  }
  const order = isTls13 || handshake.resumed ? 'the server first' : 'the client first';
  return {
    state: 'done',
    text: sentences(
      `Each side, ${order}, sends a keyed hash over every message so far (verify_data), made with the new secret. Had anybody changed a byte of the handshake, or had one side other keys, it would not fit.`,
      checkWords(story, 6),
      sent('client', 'EndOfEarlyData') && 'EndOfEarlyData closes the client’s early data.',
      handshake.state !== 'failed' && 'Application data may follow.',
      tickets > 0 ? ticketWords(story, tickets) : handshake.state !== 'failed' && noTicketWords(story),
      afterwardsWords(story),
    ),
    decided: decided(
      ['handshake', outcome(story)],
      ['verify_data', checkRow(story, 6)],
      ['session tickets', tickets > 0 ? String(tickets) : noTicketWords(story) && 'none seen'],
      ['renegotiations', String(renegotiations(story) || '')],
    ),
  };
}

/** What is known of the handshake once both Finished were sent. */
function outcome(story: Story): string {
  const { state, failure } = story.handshake;
  if (story.checksIn(6).some(({ check }) => check.result === 'failed')) return 'both Finished sent; not both fit';
  if (failure !== undefined || state === 'failed') return 'both Finished sent; it failed all the same';
  return state === 'established' ? 'verified by both sides' : 'both Finished sent';
}

/** A lifetime of 0 says nothing up to TLS 1.2 (RFC 5077 §3.3), and takes the ticket back in TLS 1.3 (RFC 8446 §4.6.1). */
function ticketWords({ inStep, context, isTls13 }: Story, count: number): string {
  const tickets = inStep(6).filter(isNamed('NewSessionTicket'));
  const told = tickets.map((each) => ticketLifetime(each, context));
  if (isTls13 && told.every((seconds) => seconds === 0)) {
    return `The server sends ${counted(count, 'session ticket')} with a lifetime of 0: the client is to discard ${count === 1 ? 'it' : 'them'} at once.`;
  }
  const lifetimes = told.map((seconds) => seconds ?? 0);
  const [longest, shortest] = [Math.max(...lifetimes), Math.min(...lifetimes)];
  const life = shortest === 0 ? '' : `, good for ${longest === shortest ? '' : 'up to '}${timespan(longest)},`;
  return `The server hands out ${counted(count, 'session ticket')}${life} with which the client can resume later.`;
}

/** In TLS 1.3 a ticket may come at any time, and reading ends at the first application data. */
function noTicketWords({ isTls13, handshake: { visibility, resumed }, serverHello }: Story): string {
  if (!isTls13) {
    const id = resumed ? 0 : (serverHello?.sessionId.length ?? 0);
    return `The server hands out no session ticket${id === 0 ? '' : `; the session id of ${counted(id, 'byte')} in its ServerHello is what the client can resume with`}.`;
  }
  return visibility.level === 'full' ? 'No session ticket came before the first application data.' : '';
}

/** What was said under the new keys once the handshake was done. */
function afterwardsWords(story: Story): string {
  const { afterwards } = story;
  const again = renegotiations(story);
  const of = (name: string) => afterwards.filter(({ type }) => type.name === name);
  const updates = of('KeyUpdate');
  const senders = [...new Set(updates.map(({ sender }) => `the ${sender}`))];
  return sentences(
    updates.length > 0 &&
      `Later ${listed(senders)} moved on to the next keys (${counted(updates.length, 'KeyUpdate')}).`,
    again > 0 &&
      `${counted(again, 'renegotiation')} followed: ${again === 1 ? 'a whole new handshake' : 'whole new handshakes'} inside this connection, under its keys.`,
    again === 0 && of('HelloRequest').length > 0 && 'Later the server asked for a renegotiation, which did not follow.',
    again === 0 &&
      of('CertificateRequest').length > 0 &&
      'Later the server asked for a certificate of the client’s (post-handshake authentication, RFC 8446 §4.6.2).',
  );
}

function renegotiations({ afterwards }: Story): number {
  return afterwards.reduce((most, { renegotiation = 0 }) => Math.max(most, renegotiation), 0);
}
