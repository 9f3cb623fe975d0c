/** What every whole handshake must look like in the record. */
import assert from 'node:assert/strict';
import type { Connection, Handshake, LegRole } from '../../src/shared/model.ts';

type Said = readonly [sender: 'client' | 'server', name: string];

const TLS_1_2: readonly Said[] = [
  ['client', 'ClientHello'],
  ['server', 'ServerHello'],
  ['server', 'Certificate'],
  ['server', 'ServerKeyExchange'],
  ['server', 'ServerHelloDone'],
  ['client', 'ClientKeyExchange'],
  ['client', 'ChangeCipherSpec'],
  ['client', 'Finished'],
  ['server', 'ChangeCipherSpec'],
  ['server', 'Finished'],
];

const TLS_1_3: readonly Said[] = [
  ['client', 'ClientHello'],
  ['server', 'ServerHello'],
  ['server', 'EncryptedExtensions'],
  ['server', 'Certificate'],
  ['server', 'CertificateVerify'],
  ['server', 'Finished'],
  ['client', 'Finished'],
];

/** Messages that come or stay away without harm; where they may stand is the golden tests' affair. */
const OPTIONAL = new Set(['NewSessionTicket', 'CertificateStatus']);

/** Both legs established, every record opened, the messages of the version all there, in order, with sender and time. */
export function assertWhole(connection: Connection): void {
  for (const side of ['client', 'server'] as const) assertWholeLeg(connection, side);
  assert.ok(connection.comparison, 'the legs are compared');
  // A client that has what it wants may close with bytes of the server still unread, which its system makes a RST of.
  assert.match(connection.end?.cause ?? 'none', connection.end?.by === 'client' ? /^(finished|reset)$/ : /^finished$/);
}

export function assertWholeLeg(connection: Connection, side: LegRole): Handshake {
  const tls = connection.legs[side]?.tls;
  assert.ok(tls, `the ${side} leg has TLS`);
  assert.equal(tls.state, 'established', JSON.stringify(tls.failure));
  assert.deepEqual(tls.visibility, { level: 'full' });
  const retried = tls.retried ? RETRY : [];
  const rest =
    tls.version === 'TLS 1.3' ? TLS_1_3 : TLS_1_2.filter(([, name]) => name !== 'ServerKeyExchange' || tls.group);
  const asked = said(tls).filter(([, name]) => name === 'CertificateRequest').length > 0;
  assert.deepEqual(
    said(tls),
    asked ? withClientCertificate([...retried, ...rest]) : [...retried, ...rest],
    `${side} leg`,
  );
  for (const [i, message] of tls.messages.entries()) {
    assert.equal(message.n, i + 1);
    assert.ok(message.raw.length > 0 && message.summary !== '' && message.spans.length > 0);
    assert.deepEqual(message.issues, [], message.type.name);
  }
  assert.equal(tls.steps?.length, 6);
  assert.ok(tls.at.establishedAt! >= tls.at.startedAt!);
  return tls;
}

const RETRY: readonly Said[] = [
  ['client', 'ClientHello'],
  ['server', 'HelloRetryRequest'],
];

/** A client without a certificate answers with an empty Certificate (RFC 8446 §4.4.2, RFC 5246 §7.4.6). */
function withClientCertificate(expected: readonly Said[]): Said[] {
  return expected.flatMap((each): Said[] => {
    const [sender, name] = each;
    if (sender === 'server' && name === 'EncryptedExtensions') return [each, ['server', 'CertificateRequest']];
    if (sender === 'server' && name === 'ServerHelloDone')
      return [['server', 'CertificateRequest'], each, ['client', 'Certificate']];
    return sender === 'client' && name === 'Finished' && !expected.some(([, n]) => n === 'ServerHelloDone')
      ? [['client', 'Certificate'], each]
      : [each];
  });
}

/** Who said what, in order; without the ChangeCipherSpecs that mean nothing in TLS 1.3. */
function said(tls: Handshake): Said[] {
  return tls.messages
    .filter(({ type, contentType }) => !OPTIONAL.has(type.name) && !(tls.version === 'TLS 1.3' && contentType === 20))
    .map(({ sender, type }) => [sender, type.name] as const);
}
