import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inUtf8, viewsOf } from '../../../../web-ui/src/exchange/body/views.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const views = (content: string | Uint8Array, type = '', request?: { method: string; target: string }) =>
  viewsOf({ bytes: typeof content === 'string' ? bytes(content) : content, type, ...(request && { request }) }).join(
    ' ',
  );

test('bytes decide first, then the type', () => {
  assert.equal(views('{"a":1}'), 'json text bytes');
  assert.equal(views(' [1', 'text/plain'), 'json text bytes');
  assert.equal(views('{no json}', 'application/json'), 'text bytes');
  assert.equal(views('a=1&b=2', 'application/x-www-form-urlencoded; charset=utf-8'), 'form text bytes');
  assert.equal(views('a=1', 'text/plain'), 'text bytes');
  assert.equal(views('\u0000\u0001'), 'bytes text');
  assert.equal(views(Uint8Array.of(0xff, 0x41), 'text/plain'), 'text bytes');
  assert.equal(views(Uint8Array.of(0xff, 0x41)), 'bytes text');
  assert.equal(views(Uint8Array.of(8, 1), 'application/x-protobuf'), 'protobuf bytes text');
  assert.equal(views(Uint8Array.of(8, 1), 'application/vnd.example+proto'), 'protobuf bytes text');
  assert.equal(views(Uint8Array.of(0, 0, 0, 0, 2, 8, 1), 'application/grpc+proto'), 'bytes text');
  assert.equal(views(Buffer.from('GIF89a\x01\x00\x01\x00'), 'image/png'), 'image bytes text');
  assert.equal(views('--x\r\n\r\na\r\n--x--', 'multipart/form-data; boundary=x'), 'form text bytes');
});

test('markup is text, whatever it says it is', () => {
  assert.equal(views('<svg onload="alert(1)"/>', 'image/svg+xml'), 'text bytes');
  assert.equal(views('<script>alert(1)</script>', 'text/html'), 'text bytes');
});

test('GraphQL is known by its request', () => {
  const body = '{"query":"{ hero }"}';
  const post = { method: 'POST', target: '/graphql' };
  assert.equal(views(body, 'application/json', post), 'graphql json text bytes');
  assert.equal(views(body, 'application/json'), 'json text bytes');
});

test('text in another charset is read in it', () => {
  const latin = Uint8Array.of(0x67, 0xfc);
  assert.equal(Buffer.from(inUtf8(latin, 'text/plain; charset=iso-8859-1')).toString(), 'gü');
  assert.equal(inUtf8(latin, 'text/plain; charset=none-such'), latin);
  assert.equal(inUtf8(latin, 'application/octet-stream; charset=iso-8859-1'), latin);
  assert.equal(Buffer.from(inUtf8(Uint8Array.of(0xff, 0xfe, 0x61, 0), 'text/plain')).toString(), 'a');
});
