import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formPairs, formParts, MAX_PARTS, partText } from '../../../../web-ui/src/exchange/body/forms.ts';
import { mediaType } from '../../../../web-ui/src/exchange/body/media-type.ts';
import fc from '../../../support/property.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const TYPE = 'multipart/form-data; boundary="b b"';
const BODY = [
  'preamble',
  '--b b',
  'Content-Disposition: form-data; name="ti\\"tle"',
  '',
  'héllo --b b',
  '--b b',
  'content-disposition: form-data; name=file; filename="a.png"; filename*=UTF-8\'\'%e2%82%ac.png',
  'Content-Type: image/png',
  '',
  '\u0000\u0001',
  '--b b--',
  'epilogue',
].join('\r\n');

test('pairs are in order, decoded, doubles and empty ones too', () => {
  assert.deepEqual(formPairs('a=1&a=2+3&b&c=%E2%82%AC&&%zz=%'), {
    pairs: [
      { name: 'a', value: '1' },
      { name: 'a', value: '2 3' },
      { name: 'b', value: '' },
      { name: 'c', value: '€' },
      { name: '%zz', value: '%' },
    ],
    more: false,
  });
  assert.equal(formPairs('a&'.repeat(MAX_PARTS + 1)).more, true);
});

test('parts have names, file names, types and content', () => {
  const form = formParts(bytes(BODY), TYPE);
  assert.deepEqual(
    form?.parts.map((part) => ({ ...part, content: Buffer.from(part.content).toString() })),
    [
      { name: 'ti"tle', type: 'text/plain', content: 'héllo --b b', cut: false },
      { name: 'file', filename: '€.png', type: 'image/png', content: '\u0000\u0001', cut: false },
    ],
  );
  assert.deepEqual(
    form?.parts.map((part) => partText(part)),
    ['héllo --b b', undefined],
  );
  assert.equal(formParts(bytes(BODY), 'multipart/form-data'), undefined);
  assert.equal(formParts(bytes('nothing'), TYPE), undefined);
});

test('a form that is cut anywhere gives what is there', () => {
  const whole = bytes(BODY);
  for (let end = 0; end <= whole.length; end++) {
    const parts = formParts(whole.subarray(0, end), TYPE)?.parts ?? [];
    assert.ok(parts.length <= 2);
    for (const { content } of parts) assert.ok(content.length < 20);
  }
  assert.equal(formParts(whole.subarray(0, 70), TYPE)?.parts[0]?.cut, true);
});

test('a media type is taken apart, whatever is in it', () => {
  const { essence, parameters } = mediaType('Text/HTML ; Charset="ut\\f-8";x=1;x=2; ;y');
  assert.equal(essence, 'text/html');
  assert.deepEqual(
    [...parameters],
    [
      ['charset', 'utf-8'],
      ['x', '1'],
    ],
  );
  fc.assert(fc.property(fc.string(), (text) => mediaType(text).parameters.size >= 0));
});
