import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { beside } from '../../../web-ui/src/text/beside.ts';

const page = { width: 1000, height: 600 };
const size = { width: 200, height: 100 };
const button = (left: number, top: number) => ({ left, right: left + 50, top, bottom: top + 20 });

describe('beside', () => {
  it('stands below the button and keeps to an edge of it', () => {
    assert.deepEqual(beside(button(300, 100), size, page), { left: 300, top: 124 });
    assert.deepEqual(beside(button(300, 100), size, page, { align: 'right' }), { left: 150, top: 124 });
  });

  it('stands above where that is wanted or below is no room', () => {
    assert.equal(beside(button(300, 200), size, page, { above: true }).top, 96);
    assert.equal(beside(button(300, 550), size, page).top, 446);
    assert.equal(beside(button(300, 50), size, page, { above: true }).top, 74);
  });

  it('stays within the page', () => {
    assert.equal(beside(button(990, 100), size, page).left, 792);
    assert.equal(beside(button(10, 100), size, page, { align: 'right' }).left, 8);
    assert.equal(beside(button(10, 100), { width: 200, height: 590 }, page).top, 8);
  });
});
