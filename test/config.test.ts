import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostGlob, OPTIONS } from '../src/config.ts';

const parse = (text: string) => OPTIONS.find(({ key }) => key === 'maxBody')!.parse(text, '--max-body');

test('sizes are read with and without units', () => {
  const sizes: readonly [text: string, bytes: number][] = [
    ['0', 0],
    ['1234', 1234],
    ['500k', 512_000],
    ['500kB', 500_000],
    ['10MiB', 10 * 1024 ** 2],
    ['10m', 10 * 1024 ** 2],
    ['2GiB', 2 * 1024 ** 3],
    ['1.5 GB', 1_500_000_000],
    ['1T', 1024 ** 4],
    ['7B', 7],
  ];
  for (const [text, bytes] of sizes) assert.equal(parse(text), bytes, text);
});

test('what is no size is refused', () => {
  for (const text of ['', 'k', '-1', '1e3', '0x10', '10 apples', '1..5M', '99999999999T', 'Infinity', '1,5M', '1 k B'])
    assert.throws(() => parse(text), { code: 'option-invalid', message: /--max-body/ }, text);
});

test('a host glob is a name or an address with * and ?, perhaps with a port', () => {
  for (const glob of ['*', 'a.test', '*.bank.test:8443', 'host-?', '10.0.0.*', '::1', '[::1]:443', '[fe80::*]', '_a.b'])
    assert.equal(hostGlob(glob, '--passthrough'), glob);
  for (const glob of ['', ':', ':443', 'https://a.test', 'a/b', 'a b', 'a:0', 'a:65536', '[::1]:0', 'ä.test', 'a\n'])
    assert.throws(() => hostGlob(glob, '--insecure'), { code: 'option-invalid', message: /--insecure/ }, glob);
});

test('the default in words is the default', () => {
  for (const row of OPTIONS.filter(({ byDefault }) => byDefault !== undefined))
    assert.doesNotThrow(() => row.parse(row.byDefault!, row.flags));
  assert.equal(parse(OPTIONS.find(({ key }) => key === 'maxBody')!.byDefault!), 10 * 1024 ** 2);
});
