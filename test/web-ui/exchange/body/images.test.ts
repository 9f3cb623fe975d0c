import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageFacts } from '../../../../web-ui/src/exchange/body/images.ts';

const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const SAMPLES = {
  png: '89504e470d0a1a0a 0000000d 49484452 00000140 000000f0 08060000',
  gif: '474946383961 4001 f000 f7',
  jpeg: 'ffd8 ffe0 0004 0000 ffc0 0011 08 00f0 0140 03',
  'webp, lossy': '52494646 00000000 57454250 56503820 00000000 000000 9d012a 4001 f000',
  'webp, extended': '52494646 00000000 57454250 56503858 0a000000 00000000 3f0100 ef0000',
  avif: '0000001c 66747970 61766966 00000000 00000014 69737065 00000000 00000140 000000f0',
} as const;

test('pictures are known by their bytes, with their sizes', () => {
  for (const [name, sample] of Object.entries(SAMPLES)) {
    const facts = imageFacts(hex(sample));
    assert.deepEqual({ ...facts }, { type: `image/${name.split(',')[0]}`, width: 320, height: 240 }, name);
  }
  const lossless = hex('52494646 00000000 57454250 5650384c 00000000 2f 3fc13b00 00 00000000');
  assert.deepEqual({ ...imageFacts(lossless) }, { type: 'image/webp', width: 320, height: 240 });
  const icon = hex('00000100 0100 10 10 0000 0100 2000 00000000 16000000');
  assert.deepEqual(imageFacts(icon), { type: 'image/x-icon', width: 16, height: 16 });
});

test('markup is no picture, nor is what is cut taken for more than it says', () => {
  for (const text of ['<svg xmlns="http://www.w3.org/2000/svg"/>', '<?xml version="1.0"?><svg/>', '<html>', ''])
    assert.equal(imageFacts(new Uint8Array(Buffer.from(text))), undefined);
  for (const sample of Object.values(SAMPLES)) {
    const whole = hex(sample);
    for (let end = 0; end < whole.length; end++) imageFacts(whole.subarray(0, end));
  }
});
