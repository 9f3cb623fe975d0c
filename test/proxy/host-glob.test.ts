import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesHost } from '../../src/proxy/host-glob.ts';
import fc from '../support/property.ts';

test('stars, question marks, case, ports and IPv6', () => {
  const rows: [glob: string, host: string, port: number, matches: boolean][] = [
    ['example.test', 'example.test', 443, true],
    ['example.test', 'EXAMPLE.TEST.', 443, true],
    ['*.example.test', 'a.example.test', 443, true],
    ['*.example.test', 'a.b.example.test', 443, true],
    ['*.example.test', 'example.test', 443, false],
    ['*example.test', 'badexample.test', 443, true],
    ['exampl?.test', 'example.test', 443, true],
    ['example.test:8443', 'example.test', 8443, true],
    ['example.test:8443', 'example.test', 443, false],
    ['::1', '::1', 443, true],
    ['[::1]', '::1', 443, true],
    ['[::1]:443', '::1', 443, true],
    ['[::1]:443', '::1', 444, false],
    ['*', 'anything', 1, true],
    ['', 'anything', 1, false],
    ['a.b', 'axb', 1, false],
  ];
  for (const [glob, host, port, matches] of rows)
    assert.equal(matchesHost(glob, host, port), matches, `${glob} ~ ${host}:${port}`);
});

test('agrees with the same glob as a regular expression', () => {
  const text = fc.array(fc.constantFrom('a', 'b', '.'), { maxLength: 12 }).map((parts) => parts.join(''));
  const glob = fc.array(fc.constantFrom('a', 'b', '.', '*', '?'), { maxLength: 8 }).map((parts) => parts.join(''));
  const bare = (name: string) => name.replace(/\.$/, '');
  fc.assert(
    fc.property(glob, text, (pattern, host) => {
      const expression = bare(pattern).replaceAll('.', '\\.').replaceAll('?', '.').replaceAll('*', '.*');
      assert.equal(matchesHost(pattern, host, 1), new RegExp(`^${expression}$`).test(bare(host)));
    }),
  );
});
