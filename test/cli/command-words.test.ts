import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandWords } from '../../src/cli/command-words.ts';
import { startSampleApi } from '../support/sample-api.ts';
import { sampleConnection } from '../support/sample-events.ts';

test('no word of the API is left in what it says to the commands', async (t) => {
  const { ask, append } = await startSampleApi(t);
  append(sampleConnection(1));
  const cases: readonly (readonly [path: string, hint: string])[] = [
    ['connections/9', 'It may have left memory; tlscope show lists those that are here.'],
    ['exchanges/9', 'It may have left memory; tlscope show lists those that are here.'],
    ['export?format=json&connections=9', 'It may have left memory; tlscope show lists those that are here.'],
    ['export?format=json&connections=8,9', 'They may have left memory; tlscope show lists those that are here.'],
    ['export?format=json&connections=x', 'Give ids and ranges of them, e.g. 1,2,5-9, or all.'],
    ['export?format=curl&filter=failed', 'Give the id of one, e.g. 7, and no filter.'],
    [
      'export?format=har&redact=x',
      'Give a list of cookies, authorization, header:NAME, query:KEY and field:KEY, e.g. --redact cookies,header:x-api-key.',
    ],
  ];
  for (const [path, hint] of cases) {
    const { status, json } = await ask(`/api/${path}`);
    assert.ok(status >= 400, path);
    const { error, hint: theirs } = json();
    assert.equal(commandWords(theirs), hint);
    assert.doesNotMatch(commandWords(error), /\/api\/|^redact/);
  }
});

test('a sentence about the traffic stays as it is', () => {
  const sentence = 'The server answered exchanges= and a redact header.';
  assert.equal(commandWords(sentence), sentence);
});
