/** The fingerprint of an HTTP/2 client. Of real clients, `http2-real.test.ts` tells them. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { http2Fingerprint } from '../../../src/wire/http/fingerprint.ts';
import { block, client, END_HEADERS, END_STREAM, frame, get, PREFACE, setting, u32 } from './http2-frames.ts';
import { observe } from './http2-told.ts';

const NAMES = [':method', ':path', ':authority', ':scheme', 'user-agent'];

test("the white paper's example: settings, window, Firefox's tree of priorities, order", () => {
  const priority = (stream: number, dependsOn: number, weight: number) => ({
    stream,
    exclusive: false,
    dependsOn,
    weight,
  });
  const value = http2Fingerprint({
    settings: [
      { id: 1, value: 65_536 },
      { id: 4, value: 131_072 },
      { id: 5, value: 16_384 },
    ],
    windowUpdate: 12_517_377,
    priorities: [priority(3, 0, 201), priority(5, 0, 101), priority(7, 0, 1), priority(9, 7, 1), priority(11, 3, 1)],
    names: NAMES,
  });
  assert.equal(value, '1:65536;4:131072;5:16384|12517377|3:0:0:201,5:0:0:101,7:0:0:1,9:0:7:1,11:0:3:1|m,p,a,s');
});

test('what is not there: no settings, 00, 0', () => {
  assert.equal(
    http2Fingerprint({ settings: [], windowUpdate: undefined, priorities: [], names: NAMES }),
    '|00|0|m,p,a,s',
  );
});

test('it is told once, of what came before the first head alone', () => {
  const head = block([':method', 'GET'], [':authority', 'a'], [':scheme', 'https'], [':path', '/'], ['accept', '*']);
  const told = observe(
    [
      client(
        PREFACE,
        setting([1, 65_536], [2, 0], [4, 6_291_456], [6, 262_144]),
        setting([3, 7]),
        frame(8, 0, 0, u32(15_663_105)),
        frame(8, 0, 0, u32(5)),
        frame(2, 0, 3, Buffer.concat([u32(0x8000_0000), Buffer.of(255)])),
        // Weight 256, exclusive: within HEADERS, where it does not count.
        frame(1, END_STREAM | END_HEADERS | 0x20, 1, Buffer.concat([u32(0x8000_0000), Buffer.of(255), head])),
        frame(2, 0, 5, Buffer.concat([u32(3), Buffer.of(0)])),
        get(7),
      ),
    ],
    false,
  );
  assert.deepEqual(told.facts('fingerprint'), [
    {
      kind: 'fingerprint',
      sender: 'client',
      value: '1:65536;2:0;4:6291456;6:262144|15663105|3:1:0:256|m,a,s,p',
    },
  ]);
});

test('endless priorities are taken in up to a bound', () => {
  const many = Array.from({ length: 5000 }, (_, i) => frame(2, 0, 2 * i + 1001, Buffer.from('0000000010', 'hex')));
  const told = observe([client(PREFACE, setting(), ...many, get(1))], false);
  assert.equal(told.facts('fingerprint')[0]?.value.split('|')[2]?.split(',').length, 100);
});
