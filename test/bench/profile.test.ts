import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CpuProfile, selfTimes } from '../../bench/profile.ts';

const frame = (functionName: string, url = '', lineNumber = 0) => ({ functionName, url, lineNumber });

const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(root)') },
    { id: 2, callFrame: frame('(idle)') },
    { id: 3, callFrame: frame('feed', 'file:///home/someone/tlscope/src/wire/tls/session.ts', 41) },
    { id: 4, callFrame: frame('feed', 'file:///home/someone/tlscope/src/wire/tls/session.ts', 41) },
    { id: 5, callFrame: frame('', 'node:net', 9) },
  ],
  samples: [1, 2, 3, 4, 5, 99],
  timeDeltas: [1000, 50_000, 3000, 3000, 1000, 1000],
};

test('self time is summed by place, idle and root left out', () => {
  assert.deepEqual(
    selfTimes(profile).map(({ where, self, share }) => [where, self, share]),
    [
      ['feed  src/wire/tls/session.ts:42', 6, 0.75],
      ['(anonymous)  node:net:10', 1, 0.125],
      ['(unknown)', 1, 0.125],
    ],
  );
});

test('a profile without samples has no times', () => {
  assert.deepEqual(selfTimes({ nodes: [], samples: [], timeDeltas: [] }), []);
});
