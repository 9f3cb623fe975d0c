import assert from 'node:assert/strict';
import { test } from 'node:test';
import { report } from '../../bench/report.ts';
import type { Round, RunResult } from '../../bench/results.ts';

const proxied: Round = {
  requestsPerSecond: 10_000,
  http2RequestsPerSecond: 10_000,
  cpuPerRequest: 30,
  cpuPerHttp2Request: 30,
  latencyP50: 0.15,
  latencyP99: 0.5,
  connectionsPerSecond: 400,
  cpuPerConnection: 1.5,
  bulk: 300,
  cpuPerMegabyte: 2,
  rss: 100e6,
};
const direct: Round = {
  requestsPerSecond: 30_000,
  http2RequestsPerSecond: 30_000,
  latencyP50: 0.05,
  latencyP99: 0.2,
  connectionsPerSecond: 900,
  bulk: 1000,
};

const result: RunResult = {
  machine: { cpu: 'A processor', cores: 2, node: '26.0.0', openssl: '3.5.0' },
  tls: 'TLS 1.3',
  requests: 20_000,
  connections: 2000,
  seconds: 60,
  subjects: [
    { name: 'direct', rounds: [direct, direct] },
    { name: 'floor', rounds: [proxied, proxied], rssAtStart: 80e6, rssWarm: 90e6 },
    {
      name: 'tlscope',
      rounds: [
        { ...proxied, cpuPerRequest: 60 },
        { ...proxied, cpuPerRequest: 60 },
      ],
      rssAtStart: 90e6,
      rssWarm: 99e6,
    },
  ],
};

const line = (text: string, start: string) => text.split('\n').find((each) => each.startsWith(start)) ?? '';

test('figures, ratios, added latency, memory and verdicts stand in the table', () => {
  const text = report(result);
  assert.match(line(text, 'CPU per request, µs'), /^CPU per request, µs +- +30\.0 ±0% +60\.0 ±0%$/);
  assert.match(line(text, 'CPU per request '), /^CPU per request +2\.00$/);
  const added = text.slice(text.indexOf('added to direct'));
  assert.match(line(added, 'request p50'), /µs +100 +100$/);
  assert.match(line(text, 'tlscope'), /^tlscope +90 +99 +100 +100$/);
  const verdicts = text.slice(text.indexOf('target  '));
  assert.match(line(verdicts, 'h1 request'), /<= 3\.5 x floor +2\.00 x floor +met$/);
});

test('steps that were not done have neither row nor verdict', () => {
  const only = (round: Round): Round => ({ cpuPerRequest: round.cpuPerRequest!, requestsPerSecond: 1 });
  const subjects = result.subjects.map((subject) => ({ ...subject, rounds: subject.rounds.map(only) }));
  const text = report({ ...result, subjects });
  assert.match(text, /^CPU per request/m);
  assert.match(text, /^h1 request/m);
  assert.doesNotMatch(text, /h2 request|p50|bulk|new connection\b/);
});

test('without the floor there is neither ratio nor verdict', () => {
  const text = report({ ...result, subjects: result.subjects.filter(({ name }) => name !== 'floor') });
  assert.doesNotMatch(text, /ratio|target/);
  assert.match(text, /added to direct +tlscope/);
});
