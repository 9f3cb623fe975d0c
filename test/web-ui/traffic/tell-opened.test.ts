import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Published } from '../../../web-ui/src/live/published.ts';
import { tellOpened } from '../../../web-ui/src/traffic/tell-opened.ts';

function told(changed: 'all' | Published, anew = false): string[] {
  const heard: string[] = [];
  const one = (kind: string, id: number | undefined) => ({
    id,
    expire: () => heard.push(`${kind} expired`),
    remove: () => heard.push(`${kind} removed`),
    touch: () => heard.push(`${kind} touched`),
  });
  tellOpened({ connections: one('connection', 3), exchanges: one('exchange', undefined) }, changed, anew);
  return heard;
}

function published(connections: number[], deleted: number[] = []): Published {
  const none = new Set<number>();
  const gone = { connections: new Set(deleted), exchanges: none };
  return { connections: new Set(connections), exchanges: none, lines: none, deleted: gone };
}

test('what is opened hears of itself alone', () => {
  assert.deepEqual(told(published([3])), ['connection touched']);
  assert.deepEqual(told(published([4], [4])), []);
  assert.deepEqual(told(published([], [3])), ['connection removed']);
  assert.deepEqual(told('all'), ['connection touched']);
});

test('another capture ends what was opened of the one before, of both lists', () => {
  assert.deepEqual(told('all', true), ['connection expired', 'connection touched', 'exchange expired']);
});
