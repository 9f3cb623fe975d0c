import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { test } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import { TestReport } from '../../scripts/test-report.ts';

const at = { nesting: 0, testNumber: 1, line: 1, column: 1, file: '' };

async function summaryOf(...events: { readonly type: TestEvent['type']; readonly data: object }[]): Promise<string[]> {
  const report = new TestReport();
  report.resume();
  for (const { type, data } of events) report.write({ type, data: { ...at, ...data } });
  report.end();
  await finished(report);
  return report.summary().split('\n').slice(0, -1);
}

const file = (name: string, ms: number) => ({
  type: 'test:complete' as const,
  data: { name: resolve(name), file: resolve(name), details: { duration_ms: ms } },
});

test('the counts of the run come last, after the slowest files and what missing tools skipped', async () => {
  const skipped = { type: 'test:pass' as const, data: { name: 'a', skip: 'needs curl, ruby' } };
  const lines = await summaryOf(
    { type: 'test:diagnostic', data: { message: 'tests 3' } },
    file('test/quick.test.ts', 40),
    file('test/slow.test.ts', 61_000),
    { type: 'test:complete', data: { name: 'a', file: resolve('test/slow.test.ts'), details: { duration_ms: 1e6 } } },
    skipped,
    skipped,
    { type: 'test:diagnostic', data: { message: 'duration_ms 61000.5' } },
  );
  assert.deepEqual(lines, [
    'ℹ slowest files: test/slow.test.ts 61.0 s, test/quick.test.ts 0.0 s',
    'ℹ skipped for want of curl: 2',
    'ℹ skipped for want of ruby: 2',
    'ℹ tests 3',
    'ℹ duration_ms 61000.5',
  ]);
});

test('ten files are named, and none where one was run', async () => {
  const many = Array.from({ length: 30 }, (_, index) => file(`test/${index}.test.ts`, index));
  const named = (await summaryOf(...many))[0]!.split(', ');
  assert.equal(named.length, 10);
  assert.match(named[0]!, /test\/29\.test\.ts/);
  assert.deepEqual(await summaryOf(file('test/one.test.ts', 5)), []);
});
