import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Failure, Step } from '../../../src/shared/model.ts';
import { ladderEvents } from '../../../web-ui/src/detail/ladder-events.ts';
import { connectionOf, handshakeOf, legOf, messageOf } from './ladder-samples.ts';

const FAILURE: Failure = { stage: 'server-hello', by: 'peer', cause: 'alert', text: '' };
const ALERT = {
  sender: 'server',
  level: { id: 2, name: 'fatal' },
  description: { id: 40, name: 'handshake_failure' },
  epoch: 'plaintext',
  span: [0, 7],
} as const;

const keys = (of: Parameters<typeof ladderEvents>[0]) => ladderEvents(of).map(({ key }) => key);

describe('ladderEvents', () => {
  it('has TCP, messages, alerts, and how it ended, in order of time', () => {
    const server = legOf(
      'server',
      handshakeOf([messageOf(1, 6)], {
        state: 'failed',
        failure: FAILURE,
        at: { failedAt: 8 },
        alerts: [{ ...ALERT, at: 8 }],
      }),
      { tcp: { startedAt: 2, resolvedAt: 3, connectedAt: 5 }, end: { at: 8, by: 'proxy', how: 'local' } },
    );
    const client = legOf('client', handshakeOf([messageOf(1, 1), messageOf(2, 9, 'server')], { state: 'negotiating' }));
    assert.deepEqual(keys(connectionOf({ client, server })), [
      'client:accepted',
      'client:1',
      'server:dialling',
      'server:connected',
      'server:1',
      'server:alert:0',
      'server:failed',
      'server:closed',
      'client:2',
    ]);
  });

  it('keeps a leg’s own order within one moment, and messages under one key whatever comes', () => {
    const messages = [1, 2, 3].map((n) => messageOf(n, 4));
    const tls = handshakeOf(messages, { at: { establishedAt: 4 } });
    assert.deepEqual(keys(connectionOf({ client: legOf('client', tls) })), [
      'client:accepted',
      'client:1',
      'client:2',
      'client:3',
      'client:established',
    ]);
  });

  it('says by which step a message is, and who closed', () => {
    const steps = [{ n: 2, messages: [2] }] as unknown as Step[];
    const tls = handshakeOf([messageOf(1, 1), messageOf(2, 2, 'server')], { steps });
    const end = { at: 9, by: 'proxy', how: 'local' } as const;
    const [, first, second, closed] = ladderEvents(connectionOf({ client: legOf('client', tls, { end }) }));
    assert.ok(first?.kind === 'message' && second?.kind === 'message');
    assert.deepEqual([first.step, second.step], [0, 2]);
    assert.deepEqual([closed?.kind, closed?.sender], ['closed', 'server']);
  });

  it('marks where a tunnel is sealed', () => {
    const client = legOf('client', handshakeOf([messageOf(1, 1)], { state: 'negotiating' }));
    const decision = { action: 'tunnel', reason: '' } as const;
    assert.deepEqual(keys(connectionOf({ client }, { decision })), ['client:accepted', 'client:1', 'client:sealed']);
  });

  it('has nothing of legs that are not there', () => assert.deepEqual(ladderEvents(connectionOf({})), []));
});
