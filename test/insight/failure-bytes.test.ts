import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeBytes } from '../../src/insight/failure-bytes.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('first bytes of a peer', () => {
  it('are shown with the protocol they belong to', () => {
    assert.equal(describeBytes(bytes('SSH-2.0-OpenSSH_9.9\r\n')), '«SSH-2.0-OpenSSH_9.9» (SSH)');
    assert.match(describeBytes(bytes('220 mail.test ESMTP\r\n')), /STARTTLS/);
    assert.match(describeBytes(bytes('+OK ready')), /POP3/);
    assert.match(describeBytes(bytes('* OK ready')), /IMAP/);
    assert.match(describeBytes(bytes('<html>')), /plain HTTP without a status line/);
    assert.equal(describeBytes(bytes('hello\nworld')), '«hello»');
  });

  it('are hex where they are no text, and never long', () => {
    assert.equal(describeBytes(Uint8Array.of(0, 255)), '00ff');
    assert.equal(describeBytes(bytes(`\u001b[2J${'x'.repeat(99)}`)).length, 32);
    assert.ok(describeBytes(bytes('x'.repeat(5000))).length < 70);
  });
});
