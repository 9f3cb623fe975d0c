import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromLiveEvent, toLiveEvent } from '../../src/shared/api.ts';
import type { CaptureEvent } from '../../src/shared/events.ts';
import { SessionState } from '../../src/shared/reduce.ts';
import { SAMPLE_NEGOTIATED, sampleCapture, sampleMessage } from '../support/sample-events.ts';

const reduce = (events: readonly CaptureEvent[]) => {
  const state = new SessionState();
  for (const event of events) state.apply(event);
  return [...state.connections.values()];
};

test('the live form reduces to the same connections, but for bytes, fields and certificates', () => {
  const whole = reduce(sampleCapture());
  for (const connection of whole) {
    for (const leg of [connection.legs.client, connection.legs.server]) {
      if (!leg?.tls) continue;
      leg.tls.messages = leg.tls.messages.map((message) => ({
        ...message,
        raw: '',
        fields: [],
        spans: [],
        issues: [],
      }));
      Object.defineProperty(leg.tls, 'certificates', { value: [], enumerable: true });
    }
  }
  const live = sampleCapture().map((event) => JSON.parse(JSON.stringify(toLiveEvent(event))));
  assert.deepEqual(JSON.parse(JSON.stringify(reduce(live.map(fromLiveEvent)))), JSON.parse(JSON.stringify(whole)));
});

test('a whole event passes through as it is', () => {
  for (const event of sampleCapture()) assert.deepEqual(fromLiveEvent(event), event);
});

test('making the live form reads no fields, bytes or certificates, and finds members that are getters', () => {
  class Settled {
    readonly resumed = false;
    readonly retried = false;
    readonly fingerprints = {};
    get version(): string {
      return 'TLS 1.2';
    }
    get visibility() {
      return SAMPLE_NEGOTIATED.visibility;
    }
    get certificates(): never {
      return assert.fail('certificates');
    }
  }
  const message = sampleMessage(1);
  for (const name of ['fields', 'raw', 'issues']) {
    Object.defineProperty(message, name, { enumerable: true, get: () => assert.fail(name) });
  }
  toLiveEvent({ seq: 1, t: 0, type: 'tls.message', conn: 1, leg: 'client', message });
  const established: CaptureEvent = {
    seq: 2,
    t: 0,
    type: 'tls.established',
    conn: 1,
    leg: 'client',
    negotiated: new Settled(),
  };
  const live = toLiveEvent(established);
  assert.ok(live.type === 'tls.established');
  assert.equal(live.negotiated.version, 'TLS 1.2');
  assert.equal(live.negotiated.visibility.level, 'full');
});
