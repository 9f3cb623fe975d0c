/** Holds docs/filter.md to the language: every field is there, and all that it shows parses. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { FIELDS } from '../../src/filter/fields.ts';
import { parseFilter } from '../../src/filter/filter.ts';

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../docs/filter.md'), 'utf8');
const SECTION = DOCUMENT.split('\n## Fields\n')[1]!.split('\n## ')[0]!;
/** `| names | kind | what | example |` */
const ROWS = [...SECTION.matchAll(/^\| (`.*`) \| (.*) \| .* \| `(.*)` \|$/gm)].map(
  ([, names = '', kind = '', example = '']) => ({
    names: [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name.replace('[NAME]', '')),
    kind,
    example,
  }),
);

describe('docs/filter.md', () => {
  it('has a row for every field, and for nothing else, and tells its kind', () => {
    const documented = ROWS.flatMap(({ names }) => names);
    assert.deepEqual(
      documented.toSorted(),
      FIELDS.map(({ name }) => name).toSorted(),
      'edit "## Fields" of docs/filter.md',
    );
    for (const { names, kind } of ROWS) {
      for (const name of names) {
        const field = FIELDS.find((each) => each.name === name)!;
        assert.equal(kind, `${field.kind}${field.exactCase ? ', exact case' : ''}`, name);
      }
    }
  });

  it('shows nothing that does not parse', () => {
    const blocks = [...DOCUMENT.matchAll(/^```filter\n([\s\S]*?)^```$/gm)].flatMap(([, lines = '']) =>
      lines.trim().split('\n'),
    );
    assert.ok(blocks.length > 15 && ROWS.length > 30);
    for (const text of [...blocks, ...ROWS.map(({ example }) => example)]) {
      const parsed = parseFilter(text);
      assert.ok(parsed.ok, `${text}: ${parsed.ok || parsed.error.message}`);
    }
  });

  it('has an example for every row that uses it, as the table of fields has', () => {
    for (const { names, example } of ROWS)
      assert.ok(
        names.some((name) => example.includes(name)),
        example,
      );
    for (const { name, example } of FIELDS) {
      assert.ok(example.includes(name), name);
      const parsed = parseFilter(example);
      assert.ok(parsed.ok, `${example}: ${parsed.ok || parsed.error.message}`);
    }
  });

  it('shows as errors what are errors', () => {
    const section = DOCUMENT.split('\n## Errors\n')[1]!;
    const wrong = [...section.matchAll(/^\| `(.*)` \|/gm)].map(([, text = '']) => text);
    assert.ok(wrong.length >= 6);
    for (const text of [...wrong, 'hots = example.com']) assert.equal(parseFilter(text).ok, false, text);
  });
});
