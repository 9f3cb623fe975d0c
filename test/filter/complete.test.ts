import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { complete, type Vocabulary } from '../../src/filter/complete.ts';
import { highlight } from '../../src/filter/highlight.ts';

const vocabulary: Vocabulary = {
  host: ['api.example.com', 'www.example.com'],
  finding: ['no-sct', 'hello-retry'],
  header: ['content-type', 'cookie'],
  'tls.suite': ['TLS_AES_128_GCM_SHA256'],
  type: ['text/html', 'a "b"'],
};

/** The texts that are offered where `|` stands. */
function offered(text: string): string[] {
  const cursor = text.indexOf('|');
  return complete(text.replace('|', ''), cursor, vocabulary).map((each) => each.text);
}

describe('completion', () => {
  it('offers fields and not at the start of a term', () => {
    for (const text of ['|', '(|', 'failed and |', 'not |']) {
      assert.ok(offered(text).includes('host'), text);
      assert.ok(!offered(text).includes('and'), text);
    }
    assert.deepEqual(offered('me|'), ['method', ...offered('me|').slice(1)]);
    assert.deepEqual(offered('leg.server.su|'), ['leg.server.suite']);
    assert.deepEqual(offered('find|'), ['finding(']);
  });

  it('offers the field’s operators behind it, and a joint behind a test', () => {
    assert.deepEqual(offered('host co|').slice(0, 1), ['contains']);
    assert.ok(offered('status |').includes('>='));
    assert.ok(!offered('host |').includes('>='));
    assert.deepEqual(offered('failed |').slice(0, 2), ['and', 'or']);
    assert.deepEqual(offered('host = a a|').slice(0, 1), ['and']);
  });

  it('offers known values', () => {
    assert.deepEqual(offered('host = |'), ['api.example.com', 'www.example.com']);
    assert.deepEqual(offered('host = ww|'), ['www.example.com']);
    assert.deepEqual(offered('host in (x, |'), ['api.example.com', 'www.example.com']);
    assert.deepEqual(offered('finding(no|'), ['no-sct']);
    assert.deepEqual(offered('leg.client.suite = |'), ['TLS_AES_128_GCM_SHA256']);
    assert.deepEqual(offered('leg.client.version < |'), ['1.3', '1.2', '1.1', '1.0']);
    assert.deepEqual(offered('failed = |'), ['true', 'false']);
    assert.deepEqual(offered('type = |'), ['text/html', '"a \\"b\\""']);
    assert.deepEqual(offered('toString = |'), []);
    assert.deepEqual(offered('header[co|'), ['header[content-type]', 'header[cookie]']);
  });

  it('says what its text takes the place of', () => {
    assert.deepEqual(complete('open hos', 8).slice(0, 1), [
      { text: 'host', from: 5, to: 8, kind: 'field', detail: complete('hos', 3)[0]!.detail },
    ]);
  });
});

describe('colours', () => {
  it('tell the parts from each other', () => {
    const text = 'hots = a and -failed header[x] ~ /b/ (word "w" or status in (4xx, 5)) tls.suite , "x';
    const parts = highlight(text).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);
    assert.deepEqual(parts, [
      'wrong hots',
      'operator =',
      'value a',
      'keyword and',
      'keyword -',
      'field failed',
      'field header[x]',
      'operator ~',
      'regex /b/',
      'punctuation (',
      'word word',
      'word "w"',
      'keyword or',
      'field status',
      'operator in',
      'punctuation (',
      'value 4xx',
      'punctuation ,',
      'value 5',
      'punctuation )',
      'punctuation )',
      'field tls.suite',
      'wrong ,',
      'wrong "x',
    ]);
  });
});
