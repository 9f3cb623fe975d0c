import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Issue } from '../../../../src/shared/model.ts';
import { readFields } from '../../../../src/wire/http/http1/fields.ts';
import { headText } from '../../../../src/wire/http/http1/latin1.ts';
import { issuesOf, otherIssues, rawSegments } from '../../../../web-ui/src/exchange/head/marked.ts';

/** What the decoder finds in these lines. */
function read(...lines: string[]) {
  const issues: Issue[] = [];
  const head = headText(new Uint8Array(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')));
  return { fields: readFields(head, 0, 100, issues).headers, issues };
}

test('what the decoder says of a field is shown at it', () => {
  const { fields, issues } = read(
    'Good: 1',
    'no colon\u0007 here',
    'Bad Name: 1',
    'X-Fold: a',
    ' b',
    'X-Control: \u001b',
    'X: 2',
  );
  const told = fields.map((pair) => issuesOf(pair, issues).length);
  assert.deepEqual(told, [0, 2, 1, 1, 1, 0]);
  assert.deepEqual(otherIssues(fields, issues), []);
  const other: Issue = { severity: 'warning', text: '1 of 9 lines end in LF without CR (RFC 9112 §2.2)' };
  assert.deepEqual(otherIssues(fields, [...issues, other]), [other]);
});

test('bytes that are no ASCII are named, as are controls', () => {
  const shown = rawSegments('a\u00c3\u00bc\u0007b').map(({ kind, text }) => (kind === 'code' ? `[${text}]` : text));
  assert.deepEqual(shown, ['a', '[0xC3]', '[0xBC]', '[U+0007]', 'b']);
});
