/** What must hold of the ends of exchanges in whatever an observer tells. */
import assert from 'node:assert/strict';
import type { Listener } from './http2-told.ts';

/** Unless a side is lost, each request is cut, or whole on both sides; and nothing comes behind a cut or an end. */
export function assertEnded(told: Listener, isHttp2 = true): void {
  const open = new Map<number, Set<string>>();
  for (const each of told.told) {
    if (each.what === 'request') {
      assert.ok(!open.has(each.stream), `stream ${each.stream} begins twice`);
      open.set(each.stream, new Set(['client', 'server']));
    } else if (each.what === 'response' || each.what === 'informational') {
      assert.ok(open.get(each.stream)?.has('server'), `a response on stream ${each.stream}`);
    } else if (each.what === 'ended') {
      assert.ok(open.get(each.stream)?.delete(each.sender), `stream ${each.stream} ends`);
    } else if (each.what === 'cut') {
      assert.ok(open.get(each.stream)!.size > 0, `stream ${each.stream} is cut`);
      open.get(each.stream)!.clear();
    } else if (each.what === 'switched' && !isHttp2) {
      // The client's bytes from here on end once more.
      open.get(each.stream)!.add('client');
    }
  }
  if (told.all('lost').length > 0) return;
  for (const [stream, sides] of open) assert.equal(sides.size, 0, `stream ${stream} is left open`);
}
