import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetchWholeBody } from '../../../web-ui/src/live/body.ts';
import { readAll } from '../../../web-ui/src/live/read-all.ts';

function inPieces(...pieces: string[]): Response {
  return new Response(ReadableStream.from(pieces.map((piece) => new Uint8Array(Buffer.from(piece)))));
}

test('an answer is put together, and each piece is told of', async () => {
  const told: number[] = [];
  const whole = await readAll(inPieces('ab', 'c', 'def'), (bytes) => told.push(bytes));
  assert.equal(Buffer.from(whole).toString(), 'abcdef');
  assert.deepEqual(told, [2, 3, 6]);
  assert.equal((await readAll(new Response(null), () => {})).length, 0);
});

test('a whole body that breaks off, or is refused, says so', async () => {
  const { signal } = new AbortController();
  const broken = new Response(
    new ReadableStream({
      pull(controller) {
        controller.error(new Error('gone'));
      },
    }),
  );
  const ask = (response: Response) =>
    fetchWholeBody(
      1,
      'response',
      () => {},
      signal,
      async () => response,
    );
  assert.deepEqual(await ask(broken), { kind: 'error', text: 'The proxy broke the answer off before its end.' });
  assert.deepEqual(await ask(new Response('{"error":"No."}', { status: 404 })), {
    kind: 'error',
    text: 'No.',
    status: 404,
  });
  const got = await ask(inPieces('a', 'b'));
  assert.ok(got.kind === 'ok' && !got.answer.more && Buffer.from(got.answer.bytes).toString() === 'ab');
});
