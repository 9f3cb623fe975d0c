/** A process that captures for ever: `endless-writer.ts FILE`; `-` is a temporary file. Says its path, then what is in it. */
import { EventLog } from '../../../src/capture/event-log.ts';
import { Recorder } from '../../../src/capture/recorder.ts';
import { SessionStore } from '../../../src/capture/store/session-store.ts';
import { record } from '../../export/recorded-connection.ts';

const [, , file = '-'] = process.argv;
const now = () => performance.now();
const log = new EventLog({ now });
const path = file === '-' ? undefined : file;
const store = new SessionStore({ log, path, maxBody: 1e9, maxSession: 1e9, meta: {} });
console.log(store.path);
const recorder = new Recorder(log, now);
recorder.start('1.2.3');
// The worker is up.
for await (const _ of store.read(1, 'request'));
const body = Buffer.alloc(1000, 7);
let bodies = 0;
setInterval(() => {
  record(recorder, 'tls13-ecdsa', now);
  store.append(1, 'response', body, now());
  bodies++;
  const [last, count] = [log.last, bodies];
  // What was there so long ago has to be in the file: twice what is promised, on a machine that runs other tests.
  setTimeout(() => console.log(`${last} ${count}`), 500);
}, 20);
