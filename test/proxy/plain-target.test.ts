import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absoluteTarget } from '../../src/proxy/plain-target.ts';

test('an absolute URL is taken apart, with the path as it was written', () => {
  assert.deepEqual(absoluteTarget('http://Example.test:8080/a%2Fb?q=1#frag'), {
    host: 'example.test',
    port: 8080,
    path: '/a%2Fb?q=1',
    authority: 'example.test:8080',
    origin: 'http://example.test:8080/',
  });
  assert.deepEqual(
    ['http://a.test', 'ws://a.test?x', 'http://a.test/../b', 'http://[::1]:81/'].map((url) => {
      const { host, port, path } = absoluteTarget(url)!;
      return [host, port, path];
    }),
    [
      ['a.test', 80, '/'],
      ['a.test', 80, '/?x'],
      ['a.test', 80, '/../b'],
      ['::1', 81, '/'],
    ],
  );
});

test('what is not an absolute URL of the scheme is none', () => {
  for (const url of ['/', '', '*', 'a.test:443', 'https://a.test/', 'ftp://a.test/', 'http://', 'http://a b/']) {
    assert.equal(absoluteTarget(url), undefined, url);
  }
  assert.equal(absoluteTarget('wss://a.test/', 'https')?.port, 443);
  assert.equal(absoluteTarget('http://a.test/', 'https'), undefined);
});
