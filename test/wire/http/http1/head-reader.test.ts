/** Heads after one another are read as each of them alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Issue } from '../../../../src/shared/model.ts';
import { HeadReader } from '../../../../src/wire/http/http1/head-reader.ts';
import { requestLine } from '../../../../src/wire/http/http1/start-line.ts';
import fc from '../../../support/property.ts';

const MAX_FIELDS = 5;
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

function read(reader: HeadReader<unknown>, bytes: Uint8Array) {
  const issues: Issue[] = [];
  return { ...reader.read(bytes, issues), issues };
}

const newReader = () => new HeadReader(requestLine, MAX_FIELDS);

test('whatever came before, and whatever becomes of its bytes', () => {
  const line = fc.constantFrom(
    ...['GET / HTTP/1.1\r\n', 'GET /2 HTTP/1.1\r\n', 'GET / HTTP/1.1\n', 'GET / HTTP/1.1\r\r\n'],
    ...['GET  / HTTP/1.1\r\n', 'G/ET\r\n', 'GET /\r\n', '\n'],
  );
  const field = fc.constantFrom(
    ...['Host: a.test\r\n', 'Host: b.test\r\n', 'Connection: close, x\r\n', 'no colon\r\n', 'Name : v\r\n', 'A: 1\n'],
    ...['A: 1\r\n', 'A: 2\r\n', 'B: 1\r\n', 'A: folded\r\n over\r\n', 'C: \x01\r\n', 'D: a\rb\r\n', 'E: \xe9\r\n'],
    `F: ${'long'.repeat(2000)}\r\n`,
  );
  const head = fc
    .tuple(line, fc.array(field, { maxLength: MAX_FIELDS + 1 }))
    .map(([start, fields]) => [start, ...fields]);
  fc.assert(
    fc.property(fc.array(head, { minLength: 2, maxLength: 6 }), (heads) => {
      const reader = newReader();
      for (const parts of heads) {
        const bytes = bytesOf(`${parts.join('')}\r\n`);
        assert.deepEqual(read(reader, bytes), read(newReader(), bytes.slice()));
        bytes.fill(0x41);
      }
    }),
  );
});

test('what is repeated is there once', () => {
  const reader = newReader();
  const first = read(reader, bytesOf('GET /1 HTTP/1.1\r\nHost: a.test\r\nCookie: a=1\r\n\r\n'));
  const second = read(reader, bytesOf('GET /2 HTTP/1.1\r\nHost: a.test\r\nCookie: a=1\r\n\r\n'));
  const third = read(reader, bytesOf('GET /2 HTTP/1.1\r\nHost: a.test\r\nCookie: a=2\r\n\r\n'));
  assert.equal(second.fields, first.fields);
  assert.equal(third.line, second.line);
  assert.equal(third.fields.headers[0], first.fields.headers[0]);
  assert.deepEqual(third.fields.headers[1], ['Cookie', 'a=2']);
});
