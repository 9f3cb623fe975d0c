import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HandshakeMessage, Step } from '../../../src/shared/model.ts';
import { titleSeen } from '../../../web-ui/src/detail/step-title.ts';

const message = (n: number, name: string) => ({ n, type: { id: n, name } }) as unknown as HandshakeMessage;
const step = (title: string, ...messages: number[]) => ({ title, messages }) as unknown as Step;
const TITLE = 'Certificate, ServerKeyExchange, ServerHelloDone';

test('a title names the messages that are there', () => {
  const tls13 = [message(1, 'EncryptedExtensions'), message(2, 'Certificate')];
  assert.equal(
    titleSeen(step('EncryptedExtensions, Certificate, CertificateVerify', 1, 2), tls13),
    'EncryptedExtensions, Certificate',
  );
  const rsa = [message(1, 'Certificate'), message(2, 'ServerHelloDone'), message(9, 'ServerKeyExchange')];
  assert.equal(titleSeen(step(TITLE, 1, 2), rsa), 'Certificate, ServerHelloDone');
});

test('a title stays whole where none of its messages is there', () => {
  assert.equal(titleSeen(step(TITLE), []), TITLE);
  assert.equal(titleSeen(step('Finished', 1), [message(1, 'CertificateVerify')]), 'Finished');
});
