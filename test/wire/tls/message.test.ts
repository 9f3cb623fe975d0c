import assert from 'node:assert/strict';
import test from 'node:test';
import type { HandshakeMessage } from '../../../src/shared/model.ts';
import { WireMessage } from '../../../src/wire/tls/message.ts';
import { readCertificateChain } from '../../../src/wire/tls/messages/table.ts';
import { flows, replay } from './replay.ts';

const PLACE = { n: 3, sender: 'client', epoch: 'plaintext', spans: [[0, 6]], at: 12.5 } as const;

test('JSON has every member of the model, and nothing else', () => {
  const { messages } = replay(flows.get('tls13-ecdsa')!.steps);
  const written = JSON.parse(JSON.stringify(messages[0])) as HandshakeMessage;
  const members = ['n', 'sender', 'contentType', 'type', 'epoch', 'spans', 'raw', 'fields', 'summary', 'issues', 'at'];
  assert.deepEqual(Object.keys(written).sort(), members.sort());
  for (const message of messages) {
    assert.deepEqual(JSON.parse(JSON.stringify(message.toJSON())), JSON.parse(JSON.stringify(message)));
    assert.deepEqual(message.toJSON().fields, message.fields);
    assert.equal(message.toJSON().summary, message.summary);
  }
});

test('a message keeps bytes, not trees: it is decoded anew at each look', () => {
  const [message] = replay(flows.get('tls13-ecdsa')!.steps).messages;
  assert.notEqual(message!.fields, message!.fields);
  assert.deepEqual(message!.fields, message!.fields);
  assert.deepEqual(message!.bytes, message!.bytes);
});

test('a ChangeCipherSpec is a message of its own content type', () => {
  const message = new WireMessage(20, Uint8Array.of(1), PLACE, { version: 0x0303 });
  assert.deepEqual(message.type, { id: 1, name: 'ChangeCipherSpec' });
  assert.deepEqual(message.fields, [{ name: 'type', value: 1, text: 'change_cipher_spec', range: [0, 1] }]);
  assert.match(message.summary, /new keys/);
  assert.match(new WireMessage(20, Uint8Array.of(1), PLACE, { version: 0x0304 }).summary, /middleboxes/);
});

test('what was odd about the records comes before what is odd in the message', () => {
  const notes = [{ severity: 'warning', text: 'an odd record' }] as const;
  const message = new WireMessage(22, Uint8Array.of(14, 0, 0, 0, 9), { ...PLACE, notes }, {});
  assert.deepEqual(
    message.issues.map(({ text }) => text),
    ['an odd record', 'ServerHelloDone: 1 byte left over'],
  );
});

test('a raw public key is in the place of a certificate, and is none', () => {
  for (const name of ['tls12-raw-public-key', 'tls13-raw-public-key']) {
    const shown = replay(flows.get(name)!.steps).messages.filter(({ type }) => type.name === 'Certificate');
    assert.equal(shown.length, 2, name);
    for (const message of shown) {
      assert.match(message.summary, /^raw public key · EC P-256$/);
      assert.deepEqual(message.certificateChain(), []);
      const [key] = readCertificateChain(message.bytes, message.origin.context);
      assert.equal(key?.length, 91);
    }
  }
});
