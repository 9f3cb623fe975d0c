import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Round, SubjectResult } from '../../bench/results.ts';
import { judge, ratio } from '../../bench/targets.ts';

const round = (values: Partial<Round>): Round => ({
  requestsPerSecond: 1000,
  http2RequestsPerSecond: 1000,
  cpuPerRequest: 10,
  cpuPerHttp2Request: 10,
  latencyP50: 1,
  latencyP99: 2,
  connectionsPerSecond: 100,
  cpuPerConnection: 1,
  bulk: 100,
  cpuPerMegabyte: 1,
  rss: 100e6,
  ...values,
});
const subject = (name: string, ...rounds: Partial<Round>[]): SubjectResult => ({ name, rounds: rounds.map(round) });
const floor = subject('floor', {}, {}, {});
const met = (product: SubjectResult, against = floor) => judge(product, against).map((verdict) => verdict.met);

test('ratios are taken within a round, so that a slow moment of the machine does not count', () => {
  const slowThenFast = subject('floor', { cpuPerRequest: 40 }, { cpuPerRequest: 10 }, { cpuPerRequest: 20 });
  const product = subject('tlscope', { cpuPerRequest: 80 }, { cpuPerRequest: 20 }, { cpuPerRequest: 40 });
  assert.equal(ratio('cpuPerRequest', product, slowThenFast), 2);
});

test('each target is judged at its limit', () => {
  const at = { cpuPerRequest: 35, cpuPerHttp2Request: 35, cpuPerConnection: 1.6, bulk: 60 };
  assert.deepEqual(met(subject('tlscope', at, at, at)), [true, true, true, true, true]);
  const beyond = { cpuPerRequest: 35.1, cpuPerHttp2Request: 35.1, cpuPerConnection: 1.61, bulk: 59.9 };
  assert.deepEqual(met(subject('tlscope', beyond, beyond, beyond)), [false, false, false, false, true]);
});

test('memory that goes on growing is no target met', () => {
  const rss = (...values: number[]) => subject('tlscope', ...values.map((value) => ({ rss: value * 1e6 })));
  const last = (product: SubjectResult) => met(product).at(-1);
  assert.equal(last(rss(100, 104, 102)), true);
  assert.equal(last(rss(100, 120, 140)), false);
});

test('a figure that is missing is no target met', () => {
  const { cpuPerRequest: _, ...without } = round({});
  assert.equal(judge({ name: 'tlscope', rounds: [without] }, subject('floor', {}))[0]?.met, false);
});
