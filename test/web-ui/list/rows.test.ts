import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConnectionEnd } from '../../../src/shared/model.ts';
import { failureOf, rowOf } from '../../../web-ui/src/list/rows.ts';
import { failureWith, headlineWith, summaryWith } from '../summaries.ts';

const end = (cause: ConnectionEnd['cause'], text = 'So it ended.'): ConnectionEnd => ({ by: 'client', cause, text });

describe('rowOf', () => {
  it('is open until both legs are established', () => {
    assert.equal(rowOf(summaryWith()).outcome, 'open');
    const half = { client: headlineWith({ state: 'negotiating' }), server: headlineWith() };
    assert.equal(rowOf(summaryWith({ legs: half })).outcome, 'open');
    const whole = { client: headlineWith(), server: headlineWith() };
    assert.equal(rowOf(summaryWith({ legs: whole })).outcome, 'established');
  });

  it('stays established when it was closed in order, and says so when it was not', () => {
    const legs = { client: headlineWith(), server: headlineWith() };
    assert.deepEqual(pick(summaryWith({ legs, end: end('finished') })), ['established', '']);
    assert.deepEqual(pick(summaryWith({ legs, end: end('reset') })), ['established', 'So it ended.']);
  });

  it('has failed when a leg failed, although the other one was established to say so', () => {
    const legs = { client: headlineWith(), server: headlineWith({ state: 'failed', failure: failureWith() }) };
    assert.deepEqual(pick(summaryWith({ legs })), ['failed', 'certificate-expired, server leg: It has expired.']);
  });

  it('names the leg that failed of itself, not the one that followed', () => {
    const client = failureWith({ cause: 'ca-not-trusted-by-client', text: 'Not trusted.' });
    const server = failureWith({ cause: 'other-leg-failed' });
    assert.equal(failureOf({ client: { failure: client }, server: { failure: server } })?.leg, 'client');
    assert.equal(failureOf({ server: { failure: server } })?.leg, 'server');
    assert.equal(failureOf({ client: {} }), undefined);
  });

  it('says what else became of a connection', () => {
    const decided = (action: 'tunnel' | 'forward' | 'serve' | 'refuse') =>
      pick(summaryWith({ decision: { action, reason: 'Because.' }, end: end('finished') }));
    assert.deepEqual(decided('tunnel'), ['tunnelled', 'Because.']);
    assert.deepEqual(decided('forward'), ['forwarded', 'Plain HTTP, no TLS.']);
    assert.deepEqual(decided('serve'), ['served', 'Because.']);
    assert.deepEqual(decided('refuse'), ['refused', 'Because.']);
    assert.deepEqual(pick(summaryWith({ end: end('failed') })), ['failed', 'So it ended.']);
    assert.deepEqual(pick(summaryWith({ end: end('aborted') })), ['closed', 'So it ended.']);
  });

  it('tells legs that agree from legs that do not', () => {
    const same = rowOf(summaryWith({ legs: { client: headlineWith(), server: headlineWith() } }));
    assert.deepEqual([same.alike, same.unlike, same.client], [true, false, 'TLS 1.3 AES_128_GCM_SHA256']);
    const other = headlineWith({ version: 'TLS 1.2', suite: 'TLS_RSA_WITH_AES_128_CBC_SHA' });
    const differ = rowOf(summaryWith({ legs: { client: headlineWith(), server: other } }));
    assert.deepEqual([differ.alike, differ.unlike, differ.server], [false, true, 'TLS 1.2 RSA_WITH_AES_128_CBC_SHA']);
    const half = rowOf(summaryWith({ legs: { client: headlineWith() } }));
    assert.deepEqual([half.alike, half.unlike], [false, false]);
  });

  it('shows both protocols when ALPN differs', () => {
    const legs = { client: headlineWith({ alpn: 'h2' }), server: headlineWith({ alpn: 'http/1.1' }) };
    const row = rowOf(summaryWith({ legs }));
    assert.deepEqual([row.alpn, row.alpnUnlike], ['h2 ≠ http/1.1', true]);
    assert.equal(rowOf(summaryWith({ legs: { client: headlineWith({ alpn: 'h2' }) } })).alpn, 'h2');
  });

  it('names the target by what was asked, else by SNI', () => {
    const ipv6 = rowOf(summaryWith({ intent: { how: 'connect', host: '2001:db8::1', port: 8443 } }));
    assert.deepEqual([ipv6.host, ipv6.port], ['[2001:db8::1]', ':8443']);
    const bare = summaryWith({
      intent: { how: 'tls', host: '', port: 0 },
      legs: { client: headlineWith({ sni: 'sni.test' }) },
    });
    assert.deepEqual([rowOf(bare).host, rowOf(bare).port], ['sni.test', '']);
  });
});

function pick(summary: Parameters<typeof rowOf>[0]): [string, string] {
  const { outcome, reason } = rowOf(summary);
  return [outcome, reason];
}
