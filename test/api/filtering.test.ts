/** What a filter finds of connections and exchanges does not depend on whether memory still has them whole. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListFilter } from '../../src/api/filtering.ts';
import { Recall } from '../../src/capture/recall.ts';
import type { LiveState } from '../../src/capture/session-state.ts';
import { FIELDS } from '../../src/filter/fields.ts';
import type { HttpExchange } from '../../src/shared/exchange.ts';
import { MAX_TARGET } from '../../src/shared/exchange-summary.ts';
import type { Connection } from '../../src/shared/model.ts';
import { thinConnection, thinExchange } from '../../src/shared/thin.ts';
import { connectionWith, exchangeWith, legWith } from '../filter/subjects.ts';
import { MemoryBodies } from '../support/memory-bodies.ts';
import { plainDetail } from '../support/plain-detail.ts';

function wholeConnection(): Connection {
  return connectionWith({
    legs: {
      client: legWith('client', { resumed: true, retried: true }),
      server: legWith('server', { resumed: true, retried: true }),
    },
  });
}

function thinned<T>(whole: T, thin: (of: T) => void): T {
  const copy = structuredClone(whole);
  thin(copy);
  return copy;
}

/** What a filter says of the two, with a session's file that has them whole. */
async function judged(text: string, connection: Connection, exchange: HttpExchange): Promise<boolean[]> {
  const [connections, exchanges] = [new Map([[connection.id, connection]]), new Map([[exchange.id, exchange]])];
  const current = { connections, exchanges, rangeOfExchange: () => [1, 2] };
  const state = { current: () => current } as unknown as LiveState;
  const recall = new Recall(state, { connection: async () => wholeConnection(), exchange: async () => longExchange() });
  const filter = ListFilter.from(text, { state, detail: plainDetail, bodies: new MemoryBodies(), recall });
  assert.ok(!('status' in filter), text);
  return [await filter.connection(connection), await filter.exchange(exchange)];
}

function longExchange(): HttpExchange {
  const { request, ...others } = exchangeWith();
  return { ...others, request: { ...request, target: `/${'a'.repeat(MAX_TARGET)}?token=end` } };
}

const thin = () => [thinned(wholeConnection(), thinConnection), thinned(longExchange(), thinExchange)] as const;

test('every field is judged alike, whole and recalled', async () => {
  for (const { name, bracketed, kind, needs } of FIELDS) {
    const text = kind === 'flag' ? name : `${name}${bracketed ? '[*]' : ''} exists`;
    const whole = await judged(text, wholeConnection(), longExchange());
    if (needs.some((need) => need === 'headers' || need === 'fingerprints' || need === 'comparison')) {
      assert.equal(whole[1], true, `${text} looks at something`);
    }
    assert.deepEqual(await judged(text, ...thin()), whole, text);
  }
});

test('what a list does not have is looked up', async () => {
  for (const text of [
    'resumed',
    'retried',
    'tls.scheme = ecdsa*',
    'leg.client.resumed',
    'leg.server.retried',
    'ja4 = t13d*',
    'differs(alpn)',
  ]) {
    assert.deepEqual(await judged(text, ...thin()), [true, true], text);
  }
  for (const text of ['header[cookie] = session=1', 'response.header[x-checksum] = abc', 'url endswith token=end']) {
    assert.deepEqual(await judged(text, ...thin()), [false, true], text);
  }
});
