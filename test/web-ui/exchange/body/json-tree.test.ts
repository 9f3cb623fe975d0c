import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from '../../../../web-ui/src/exchange/body/json-text.ts';
import { JsonTree } from '../../../../web-ui/src/exchange/body/json-tree.ts';
import fc from '../../../support/property.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const tree = (text: string) => JsonTree.from(bytes(text));

/** Each row as `depth name=text`. */
function lines(of: JsonTree): string[] {
  return Array.from({ length: of.rows }, (_, index) => {
    const { depth, name, span, open } = of.row(index);
    const holds = span.kind === 'object' || span.kind === 'array';
    const text = holds ? `${span.kind}(${span.size})${open ? ' open' : ''}` : textOf(of.bytes, span, 100).text;
    return `${depth} ${name === undefined ? '' : `${name}=`}${text}`;
  });
}

async function openAll(of: JsonTree): Promise<void> {
  for (let index = 0; index < of.rows; index++) await of.open(index);
}

test('short levels are open at first; numbers, doubles and order are as written', async () => {
  const of = await tree('{"b":12345678901234567890,"a":[1.0,{"x":{"y":{"z":1}}}],"b":"\\u00e9","e":{},"f":[ ]}');
  assert.deepEqual(lines(of), [
    '0 object(5) open',
    '1 b=12345678901234567890',
    '1 a=array(2) open',
    '2 1.0',
    '2 object(1) open',
    '3 x=object(1)',
    '1 b=é',
    '1 e=object(0)',
    '1 f=array(0)',
  ]);
});

test('rows open and close, in any order', async () => {
  const of = await tree('[[1,[2,3]],[4],5]');
  await openAll(of);
  assert.deepEqual(lines(of), [
    '0 array(3) open',
    '1 array(2) open',
    '2 1',
    '2 array(2) open',
    '3 2',
    '3 3',
    '1 array(1) open',
    '2 4',
    '1 5',
  ]);
  of.close(1);
  assert.deepEqual(lines(of), ['0 array(3) open', '1 array(2)', '1 array(1) open', '2 4', '1 5']);
  of.close(2);
  await of.open(1);
  assert.deepEqual(lines(of).slice(0, 4), ['0 array(3) open', '1 array(2) open', '2 1', '2 array(2)']);
  of.close(0);
  assert.deepEqual(lines(of), ['0 array(3)']);
  await of.open(0);
  assert.equal(of.rows, 4);
});

test('paths and parents are told, and a byte is found where it is', async () => {
  const text = '{"list":[0,{"a b":"needle"}],"it\'s":1}';
  const of = await tree(text);
  of.close(0);
  const row = await of.reveal(text.indexOf('needle'));
  assert.equal(of.path(row), "$.list[1]['a b']");
  assert.equal(of.path(of.parent(row)), '$.list[1]');
  assert.equal(of.parent(of.parent(of.parent(of.parent(row)))), -1);
  assert.equal(of.path(of.rows - 1), "$['it\\'s']");
  assert.equal(of.path(await of.reveal(text.indexOf('a b'))), "$.list[1]['a b']");
  assert.equal(of.path(await of.reveal(0)), '$');
});

test('the beginning of a document is a tree as far as it goes', async () => {
  const text = '{"a":[1,{"b":"cdef"}],"g":"h"}';
  for (let end = 0; end <= text.length; end++) {
    const of = await tree(text.slice(0, end));
    await openAll(of);
    assert.ok(of.rows >= 1 && lines(of).length === of.rows, text.slice(0, end));
  }
  const of = await tree(text.slice(0, 17));
  assert.deepEqual(lines(of), ['0 object(1) open', '1 a=array(2) open', '2 1', '2 object(1) open', '3 b=cde']);
});

test('an opened tree holds what JSON.parse reads', async () => {
  const leaves = (value: unknown): unknown[] =>
    typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [value];
  await fc.assert(
    fc.asyncProperty(fc.json({ maxDepth: 5 }), async (text) => {
      const of = await tree(text);
      await openAll(of);
      const found: unknown[] = [];
      for (let index = 0; index < of.rows; index++) {
        const { span } = of.row(index);
        if (span.kind === 'object' || span.kind === 'array') continue;
        const said = textOf(of.bytes, span, 1_000_000).text;
        found.push(span.kind === 'string' ? said : JSON.parse(said));
      }
      // JSON.parse drops doubles, which `fc.json` does not make, and reorders names that are numbers.
      const order = (a: string, b: string) => (a < b ? -1 : 1);
      const said = (values: readonly unknown[]) => values.map((each) => JSON.stringify(each)).sort(order);
      assert.deepEqual(said(found), said(leaves(JSON.parse(text))));
    }),
  );
});

test('a long string is cut between characters and escapes', () => {
  const text = '"ab\\u00e9\\"€x"';
  const span = { kind: 'string', from: 0, to: bytes(text).length, size: 0 } as const;
  const shown = Array.from({ length: span.to + 1 }, (_, max) => textOf(bytes(text), span, max));
  for (const { text: part } of shown) assert.ok('abé"€x'.startsWith(part), part);
  assert.deepEqual(shown.at(-1), { text: 'abé"€x', cut: false });
  assert.deepEqual(shown.at(5), { text: 'ab', cut: true });
});
