import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { naturalKey } from '../../../web-ui/src/list/natural.ts';
import fc from '../../support/property.ts';

const sorted = (texts: readonly string[]) =>
  texts
    .map((text) => ({ text, key: naturalKey(text) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ text }) => text);

describe('naturalKey', () => {
  it('puts numbers in texts in the order of the numbers', () => {
    const order = ['10.0.0.2:443', '10.0.0.2:8443', '10.0.0.10:443', 'host1', 'host2', 'host2.test', 'host10', 'hosts'];
    assert.deepEqual(sorted(order.toReversed()), order);
    assert.deepEqual(sorted(['/v2/item/100', '/v10', '/v2/item/20', '/v2']), [
      '/v2',
      '/v2/item/20',
      '/v2/item/100',
      '/v10',
    ]);
  });

  it('passes over capitals and leading zeros', () => {
    assert.equal(naturalKey('Host007'), naturalKey('host7'));
    assert.notEqual(naturalKey('0'), naturalKey(''));
  });

  it('orders numbers of any length as numbers', () => {
    const number = fc.bigInt({ min: 0n, max: 10n ** 60n });
    fc.assert(
      fc.property(number, number, fc.stringMatching(/^[a-z.]{0,3}$/), (a, b, end) => {
        const [first, second] = [naturalKey(`n${a}${end}`), naturalKey(`n${b}${end}`)];
        assert.equal(first < second, a < b);
      }),
    );
  });
});
