import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contentOf } from '../../../web-ui/src/exchange/content.ts';

const bytes = (text: string, encoding: BufferEncoding = 'utf8') => new Uint8Array(Buffer.from(text, encoding));
const kind = (text: string, type = '', whole = true) => contentOf(bytes(text), type, whole).kind;

describe('contentOf', () => {
  it('goes by the bytes, whatever the type says', () => {
    assert.equal(kind('{"a":1}', 'text/html'), 'json');
    assert.equal(kind('{"a":', 'application/json'), 'text');
    assert.equal(kind('<p>x</p>\r\n\t'), 'text');
    assert.equal(kind('17'), 'text');
    assert.equal(kind('a\0b', 'text/plain'), 'bytes');
    assert.equal(contentOf(Uint8Array.of(0xff, 0xfe, 0x41), 'text/plain', true).kind, 'bytes');
  });

  it('takes no part of a body for JSON, and puts up with a cut character', () => {
    assert.equal(kind('{"a":1}', 'application/json', false), 'text');
    const cut = bytes('é').subarray(0, 1);
    assert.deepEqual(contentOf(cut, '', false), { kind: 'text', text: '' });
    assert.equal(contentOf(cut, '', true).kind, 'bytes');
  });

  it('decodes by the charset that was named', () => {
    const latin = contentOf(bytes('h\u00e9', 'latin1'), 'text/plain; charset="ISO-8859-1"', true);
    assert.deepEqual(latin, { kind: 'text', text: 'hé' });
    assert.equal(contentOf(bytes('a'), 'text/plain; charset=no-such', true).kind, 'bytes');
  });
});
