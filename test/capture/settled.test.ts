import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Settled } from '../../src/capture/settled.ts';
import { flows, replay } from '../wire/tls/replay.ts';

function fingerprintsOf(flow: string) {
  const { negotiated, messages } = replay(flows.get(flow)!.steps);
  return new Settled(negotiated, messages, { secrets: new Map(), tape: [] }).fingerprints;
}

describe('fingerprints of what a leg settled', () => {
  it('are those of the client and of the server, each with the string it was made of', () => {
    const all = fingerprintsOf('tls13-chromium');
    assert.deepEqual(Object.keys(all).sort(), ['ja3', 'ja3Raw', 'ja3s', 'ja3sRaw', 'ja4', 'ja4Raw', 'ja4RawOriginal']);
    assert.match(all.ja4 ?? '', /^t13d15\d\dh2_/);
    assert.equal(all.ja3sRaw, '771,4866,43-51');
  });

  it('after a retry are of the first ClientHello and of the last ServerHello', () => {
    const { messages } = replay(flows.get('tls13-retry')!.steps);
    const last = messages.find(({ type }) => type.name === 'ServerHello')!;
    assert.match(last.summary, /secp384r1/);
    assert.equal(fingerprintsOf('tls13-retry').ja3sRaw, '771,4866,43-51');
  });

  it('leave a hello in SSLv2’s framing out', () => {
    const { ja3, ja4, ja3s } = fingerprintsOf('sslv2-hello');
    assert.deepEqual([ja3, ja4], [undefined, undefined]);
    assert.match(ja3s ?? '', /^[0-9a-f]{32}$/);
  });

  it('are none before the first hello', () => {
    const { negotiated } = replay([]);
    assert.deepEqual(new Settled(negotiated, [], { secrets: new Map(), tape: [] }).fingerprints, {});
  });
});
