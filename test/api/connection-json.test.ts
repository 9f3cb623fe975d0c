import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionJson } from '../../src/api/connection-json.ts';
import { detailOf } from '../../src/capture/detail.ts';
import { LiveState } from '../../src/capture/session-state.ts';
import { connectionParameters } from '../../src/insight/connection-parameters.ts';
import { summariseExchange } from '../../src/shared/exchange-summary.ts';
import { exchange, opened, startSession } from '../capture/store/sample-session.ts';
import { plainDetail } from '../support/plain-detail.ts';

test('the parts are the connection with its exchanges, and none of them is large', (t) => {
  const { log } = startSession(t);
  log.append(opened(7));
  const connection = new LiveState(log).current().connections.get(7)!;
  const detailed = detailOf(connection, plainDetail);
  for (const count of [0, 1, 31, 32, 33, 1000]) {
    const exchanges = Array.from({ length: count }, (_, i) => exchange(i + 1, 7));
    const parts = [...connectionJson(detailed, exchanges)];
    const whole = {
      ...detailed,
      parameters: connectionParameters(detailed),
      exchanges: exchanges.map(summariseExchange),
    };
    assert.equal(parts.join(''), JSON.stringify(whole), `${count}`);
    assert.ok(parts.every(({ length }) => length < 32 * 1024));
  }
});
