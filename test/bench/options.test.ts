import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOptions } from '../../bench/options.ts';

test('defaults measure the three subjects', () => {
  const options = parseOptions([]);
  assert.deepEqual(options.subjects, ['direct', 'floor', 'tlscope']);
  assert.equal(options.connections, 2000);
  assert.ok(options.requests >= 20_000);
});

test('--quick does less, and what is named explicitly wins over it', () => {
  const full = parseOptions([]);
  const quick = parseOptions(['--quick', '--rounds', '7']);
  assert.equal(quick.rounds, 7);
  assert.ok(quick.requests < full.requests);
  assert.ok(quick.connections < full.connections);
});

test('bulk is given in MiB and kept in bytes', () => {
  assert.equal(parseOptions(['--bulk', '3']).bulk, 3 * 1024 * 1024);
});

for (const bad of ['0', '-1', '1.5', 'many', '', '999999999']) {
  test(`--rounds does not take "${bad}"`, () => {
    assert.throws(() => parseOptions([`--rounds=${bad}`]), /--rounds takes a whole number/);
  });
}

test('all steps are done unless some are named', () => {
  assert.deepEqual([...parseOptions([]).steps], ['latency', 'h1', 'h2', 'connections', 'bulk']);
  assert.deepEqual([...parseOptions(['--steps', 'h2,h1']).steps].sort(), ['h1', 'h2']);
  assert.throws(() => parseOptions(['--steps', 'h3']), /--steps takes some of latency, .*, not "h3"/);
});

test('an unknown option is refused', () => {
  assert.throws(() => parseOptions(['--fast']), TypeError);
});
