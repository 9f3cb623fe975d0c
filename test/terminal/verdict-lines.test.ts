import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connection } from '../../src/shared/model.ts';
import { offerLines } from '../../src/terminal/verdict-lines.ts';

test('what is not repeated for one reason stands in one line', () => {
  const gap = (name: string, reason: string) => ({ kind: 'extension', id: 1, name, reason });
  const notMirrored = [
    gap('GREASE', 'random by design'),
    gap('padding', 'OpenSSL pads otherwise'),
    gap('GREASE', 'random by design'),
    gap('other', 'random by design'),
  ];
  const [section] = offerLines({ legs: { server: { tls: { notMirrored } } } } as unknown as Connection, 100);
  assert.equal(section?.title, 'What the ClientHello to the server does not repeat (4):');
  assert.deepEqual(
    section?.lines.map(({ text }) => text),
    ['- GREASE (2 times), other: random by design', '- padding: OpenSSL pads otherwise'],
  );
});
