import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Choice } from '../../../web-ui/src/list/choice.ts';

function listOf(...ids: number[]) {
  const rows = ids.map((id) => ({ id }));
  return {
    rows,
    shown: (id: number) => rows.find((row) => row.id === id),
    positionOf: (row: { readonly id: number }) => rows.findIndex(({ id }) => id === row.id),
  };
}

const LIST = listOf(1, 2, 3, 4, 5, 6, 7, 8);

function chosen(choice: Choice): number[] {
  return [...choice.ids];
}

describe('Choice', () => {
  it('draws a range from where the reader went last, whichever way', () => {
    const choice = new Choice();
    for (const id of [2, 3, 4, 5]) choice.begin(id);
    choice.extend(LIST, 6, 5);
    assert.deepEqual(chosen(choice), [5, 6]);
    choice.extend(LIST, 7, 6);
    assert.deepEqual(chosen(choice), [5, 6, 7]);
    choice.extend(LIST, 3, 7);
    assert.deepEqual(chosen(choice), [3, 4, 5]);
  });

  it('draws it from the row that was put in or taken out last', () => {
    const choice = new Choice();
    choice.begin(1);
    choice.toggle(4);
    choice.extend(LIST, 6, 4);
    assert.deepEqual(chosen(choice), [4, 5, 6]);
    choice.toggle(5);
    assert.deepEqual(chosen(choice), [4, 6]);
    choice.extend(LIST, 3, 5);
    assert.deepEqual(chosen(choice), [3, 4, 5]);
  });

  it('draws it from the cursor after all was let go', () => {
    const choice = new Choice();
    choice.toggle(2);
    choice.clear();
    assert.equal(choice.size, 0);
    choice.extend(LIST, 8, 7);
    assert.deepEqual(chosen(choice), [7, 8]);
  });

  it('begins nothing at a row that is not shown', () => {
    const choice = new Choice();
    choice.begin(1);
    choice.extend(listOf(4, 5, 6, 7), 6, 2);
    assert.deepEqual(chosen(choice), [6]);
    choice.extend(listOf(4, 5, 6, 7), 7, 6);
    assert.deepEqual(chosen(choice), [6, 7]);
    choice.extend(listOf(4, 5), 9, 5);
    assert.deepEqual(chosen(choice), [6, 7]);
  });

  it('forgets where a range begins with the row, though another gets its number', () => {
    const choice = new Choice();
    choice.toggle(2);
    choice.toggle(3);
    choice.retain((id) => id !== 3);
    assert.deepEqual(chosen(choice), [2]);
    choice.extend(LIST, 6, 5);
    assert.deepEqual(chosen(choice), [5, 6]);
  });

  it('draws it in the order in which the rows stand', () => {
    const choice = new Choice();
    choice.begin(3);
    choice.extend(listOf(8, 3, 5, 1, 2), 1, 3);
    assert.deepEqual(chosen(choice), [3, 5, 1]);
  });

  it('opens the row of a plain click, and chooses with what is held', () => {
    const plain = { shiftKey: false, ctrlKey: false, metaKey: false };
    const choice = new Choice();
    const nowhere = { cursor: undefined, opened: undefined };
    assert.equal(choice.picked(LIST, 2, plain, nowhere), true);
    assert.deepEqual(chosen(choice), []);
    assert.equal(choice.picked(LIST, 4, { ...plain, shiftKey: true }, { cursor: 2, opened: 2 }), false);
    assert.deepEqual(chosen(choice), [2, 3, 4]);
    assert.equal(choice.picked(LIST, 3, { ...plain, metaKey: true }, { cursor: 4, opened: 2 }), false);
    assert.deepEqual(chosen(choice), [2, 4]);
    assert.equal(choice.picked(LIST, 8, plain, nowhere), true);
    assert.deepEqual(chosen(choice), []);
  });

  it('chooses what lies open along with the first row that is put to it', () => {
    const held = { shiftKey: false, ctrlKey: true, metaKey: false };
    const choice = new Choice();
    choice.picked(LIST, 5, held, { cursor: 2, opened: 2 });
    assert.deepEqual(chosen(choice), [2, 5]);
    choice.clear();
    choice.picked(LIST, 2, held, { cursor: 2, opened: 2 });
    assert.deepEqual(chosen(choice), [2]);
  });
});
