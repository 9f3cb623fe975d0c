import assert from 'node:assert/strict';
import { it } from 'node:test';
import { explain, GLOSSARY } from '../../src/insight/glossary.ts';
import { flows, replay } from '../wire/tls/replay.ts';

it('finds a term by any of its spellings, in any case', () => {
  assert.equal(explain('SNI'), explain('server_name'));
  assert.equal(explain('clienthello')?.term, 'ClientHello');
  assert.equal(explain('no such thing'), undefined);
  assert.equal(explain('constructor'), undefined);
});

it('gives each spelling to one entry alone', () => {
  const words = GLOSSARY.flatMap(({ term, also = [] }) => [term, ...also]).map((word) => word.toLowerCase());
  assert.equal(new Set(words).size, words.length);
});

it('explains every message that was ever recorded', () => {
  const names = [...flows.values()].flatMap(({ steps }) => replay(steps).messages.map((message) => message.type.name));
  const missing = [...new Set(names)].filter((name) => explain(name) === undefined);
  assert.deepEqual(missing, []);
});

it('is short: at most three sentences an entry', () => {
  for (const { term, text, spec } of GLOSSARY) {
    const sentences = text.match(/[.!?](?= |$)/g)?.length ?? 0;
    assert.ok(sentences >= 1 && sentences <= 3 && text.length <= 260, term);
    assert.notEqual(spec, '', term);
  }
});

it('explains what the steps, checks and comparisons speak of', () => {
  const words = [
    'eavesdropper',
    'binder',
    'KeyUpdate',
    'renegotiation',
    'SCT',
    'OCSP staple',
    'JA3S',
    'JA4_r',
    'JA4_ro',
    'transcript',
    'missing-intermediate',
    'revoked',
    'encrypt-then-MAC',
    'secure renegotiation',
    'session ticket',
  ];
  assert.deepEqual(
    words.filter((word) => explain(word) === undefined),
    [],
  );
});
