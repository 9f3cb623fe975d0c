import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Handshake, HandshakeMessage, Leg, LegRole, Step } from '../../../src/shared/model.ts';
import { alignSteps } from '../../../web-ui/src/detail/align.ts';

const message = (n: number): HandshakeMessage => ({
  n,
  sender: 'client',
  contentType: 22,
  type: { id: 1, name: `message ${n}` },
  epoch: 'plaintext',
  spans: [],
  raw: '',
  fields: [],
  summary: '',
  issues: [],
  at: n,
});

const step = (n: number, messages: number[]): Step => ({
  n,
  title: `Title ${n}`,
  state: 'done',
  text: '',
  decided: [],
  messages,
});

function leg(side: LegRole, count: number, steps?: Step[]): Leg {
  const tls: Handshake = {
    state: 'established',
    resumed: false,
    retried: false,
    messages: Array.from({ length: count }, (_, index) => message(index + 1)),
    alerts: [],
    certificates: [],
    fingerprints: {},
    visibility: { level: 'full' },
    at: {},
    ...(steps && { steps }),
  };
  return { side, tcp: { startedAt: 0 }, bytes: { sent: 0, received: 0 }, tls };
}

const numbers = (messages: readonly HandshakeMessage[]) => messages.map(({ n }) => n);

describe('alignSteps', () => {
  it('puts the same step of both legs on one row', () => {
    const rows = alignSteps({
      client: leg('client', 3, [step(1, [1]), step(2, [2, 3])]),
      server: leg('server', 1, [step(1, [1])]),
    });
    assert.deepEqual(
      rows.map((row) => [row.n, row.title, numbers(row.client.messages), numbers(row.server.messages)]),
      [
        [1, 'Title 1', [1], [1]],
        [2, 'Title 2', [2, 3], []],
      ],
    );
    assert.equal(rows[1]?.server.step, undefined);
  });

  it('shows every message once: those of no step last, one of two steps in the first', () => {
    const rows = alignSteps({ client: leg('client', 3, [step(1, [1]), step(2, [1])]) });
    assert.deepEqual(
      rows.map((row) => [row.n, numbers(row.client.messages)]),
      [
        [1, [1]],
        [2, []],
        [0, [2, 3]],
      ],
    );
  });

  it('shows the messages of a handshake without steps', () => {
    assert.deepEqual(numbers(alignSteps({ server: leg('server', 2) })[0]?.server.messages ?? []), [1, 2]);
  });

  it('has no row without TLS', () => assert.deepEqual(alignSteps({}), []));
});
