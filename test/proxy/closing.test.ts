import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { ConnectionRecorder, LegRecorder } from '../../src/capture/recorder.ts';
import type { Tap, TapEnd } from '../../src/net/tap.ts';
import { Ends } from '../../src/proxy/closing.ts';
import type { ConnectionEnd, Failure } from '../../src/shared/model.ts';

class FakeTap extends EventEmitter {
  closed = false;
  ending: TapEnd | undefined;
  socket = { bytesWritten: 1, bytesRead: 2 };
  end(ending: TapEnd): void {
    this.ending = ending;
    this.closed = true;
    this.emit('close');
  }
}

function connection(lifecycle = { cutting: false }) {
  const told: ConnectionEnd[] = [];
  const ends = new Ends({ closed: (end: ConnectionEnd) => told.push(end) } as unknown as ConnectionRecorder, lifecycle);
  const leg = (role: 'client' | 'server', failure?: Failure) => {
    const tap = new FakeTap();
    ends.leg(role, tap as unknown as Tap, { closed() {}, failure } as unknown as LegRecorder);
    return tap;
  };
  return { ends, leg, told };
}

test('is told once, after the script and every leg', () => {
  const { ends, leg, told } = connection();
  const client = leg('client');
  const server = leg('server');
  client.end({ by: 'peer', how: 'fin', at: 1 });
  server.end({ by: 'proxy', how: 'local', at: 2 });
  assert.deepEqual(told, []);
  ends.scriptDone();
  assert.deepEqual(told, [{ by: 'client', cause: 'finished', text: 'The client closed the connection.' }]);
});

test('whoever ended first is blamed, whichever leg closes first', () => {
  const { ends, leg, told } = connection();
  const client = leg('client');
  const server = leg('server');
  ends.scriptDone();
  server.end({ by: 'proxy', how: 'local', at: 5 });
  client.end({ by: 'peer', how: 'reset', at: 4 });
  assert.deepEqual(told, [{ by: 'client', cause: 'reset', text: 'The client reset the connection.' }]);
});

test('the verdict of the script, and of a leg that failed, goes before what the sockets show', () => {
  const failed = connection();
  failed.leg('server', { text: 'It was refused.' } as Failure).end({ by: 'peer', how: 'fin', at: 1 });
  failed.ends.scriptDone();
  assert.deepEqual(failed.told, [{ by: 'server', cause: 'failed', text: 'It was refused.' }]);

  const refused = connection();
  refused.ends.blame('proxy', 'refused', 'No.');
  refused.ends.blame('client', 'aborted', 'Too late.');
  refused.leg('client').end({ by: 'peer', how: 'fin', at: 1 });
  refused.ends.scriptDone();
  assert.deepEqual(refused.told, [{ by: 'proxy', cause: 'refused', text: 'No.' }]);
});

test('a leg that is closed before it is watched counts too', () => {
  const { ends, told } = connection();
  const tap = new FakeTap();
  tap.end({ by: 'peer', how: 'fin', at: 1 });
  ends.leg('server', tap as unknown as Tap, { closed() {} } as unknown as LegRecorder);
  ends.scriptDone();
  assert.equal(told[0]?.by, 'server');
});

test('why TLS broke is said where nobody had ended it before', () => {
  const why: ConnectionEnd = { by: 'proxy', cause: 'aborted', text: 'It broke.' };
  const seen = (by: 'peer' | 'proxy') => {
    const { ends, leg, told } = connection();
    ends.broke(why);
    ends.broke({ ...why, text: 'It broke again.' });
    leg('client').end({ by, how: 'fin', at: 1 });
    ends.scriptDone();
    return told[0]?.text;
  };
  assert.deepEqual([seen('proxy'), seen('peer')], ['It broke.', 'The client closed the connection.']);
});

test('what is cut because tlscope stops says so', () => {
  const { ends, leg, told } = connection({ cutting: true });
  leg('client').end({ by: 'proxy', how: 'local', at: 1 });
  ends.scriptDone();
  assert.equal(told[0]?.cause, 'shutdown');
});
