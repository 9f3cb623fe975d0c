/** The secrets of recorded handshakes as an NSS key log (RFC 9850), for programs that decrypt what they captured. */

import { laterMaster } from '../shared/evidence.ts';
import type { Connection, Handshake } from '../shared/model.ts';
import { evidenceOf } from '../shared/reduce-connection.ts';
import { fromHex, toHex } from '../wire/hex.ts';
import { KEY_LOG_LABELS } from '../wire/tls/key-log-labels.ts';
import { readClientHello } from '../wire/tls/session.ts';

/** The lines of both legs, each with its line end; empty where no secret is kept. */
export function keyLogOf({ legs }: Connection): string {
  return [legs.client, legs.server].map((leg) => (leg?.tls ? keyLogOfHandshake(leg.tls) : '')).join('');
}

/** What key logs have no label for, such as a pre-shared key, is left out. Entries are found by the random of the first ClientHello; a second one, after a HelloRetryRequest, repeats it. */
export function keyLogOfHandshake(handshake: Handshake): string {
  const secrets = evidenceOf(handshake)?.secrets;
  const hello = handshake.messages.find(({ type, sender }) => sender === 'client' && type.name === 'ClientHello');
  if (secrets === undefined || secrets.size === 0 || hello === undefined) return '';
  const random = toHex(readClientHello(fromHex(hello.raw)).random);
  const first = KEY_LOG_LABELS.flatMap((label) => {
    const secret = secrets.get(label);
    return secret === undefined ? [] : `${label} ${random} ${toHex(secret)}\n`;
  });
  // Label and random together are the key of these already.
  const later = [...secrets].filter(([key]) => key.startsWith(laterMaster('')));
  return [...first, ...later.map(([key, secret]) => `${key} ${toHex(secret)}\n`)].join('');
}
