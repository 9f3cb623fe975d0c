import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashOf, type Place, placeOf, titleOf } from '../../web-ui/src/place.ts';

test('every place has an address that leads back to it', () => {
  const places: Place[] = [
    { view: 'connections' },
    { view: 'exchanges' },
    { view: 'connections', opened: 12 },
    { view: 'exchanges', opened: 12 },
    { view: 'overview' },
    { view: 'setup' },
    { view: 'compare' },
    { view: 'compare', a: 3 },
    { view: 'compare', a: 3, b: 9 },
  ];
  for (const place of places) assert.deepEqual(placeOf(hashOf(place)), place);
  assert.equal(hashOf({ view: 'connections', opened: 12 }), '#12');
  assert.equal(hashOf({ view: 'compare', a: 3, b: 9 }), '#compare/3/9');
  for (const hash of [
    '',
    '#',
    '#x',
    '#-1',
    '#e',
    '#1e1',
    '#1234567890123456',
    '#0',
    '#e0',
    '#007',
    '#compare/0/0',
    '#compare/x',
    '#compare/1/2/3',
  ]) {
    assert.deepEqual(placeOf(hash), { view: 'connections' }, hash);
  }
});

test('the window is called after what is opened', () => {
  assert.equal(titleOf({ view: 'connections' }), 'tlscope');
  assert.equal(titleOf({ view: 'connections', opened: 12 }), '#12 · tlscope');
  assert.equal(titleOf({ view: 'exchanges', opened: 12 }), 'exchange #12 · tlscope');
  assert.equal(titleOf({ view: 'compare', a: 3 }), 'Compare · tlscope');
});
