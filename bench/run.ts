/** One run: the processes, the rounds, the measurements. */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCertificates } from './certificates.ts';
import { Child, type SubjectProcess } from './child.ts';
import type { Route } from './client.ts';
import type { Connections, Http2Requests, RequestResult } from './load.ts';
import { type BenchOptions, STEPS, type Step } from './options.ts';
import type { Round, RunResult, SubjectResult } from './results.ts';
import { type OriginPorts, type Subject, type Surroundings, startSubject } from './subjects.ts';

/** Body of a keep-alive response, bytes. */
const BODY = 1024;
/** Keep-alive connections in parallel when counting requests per second. */
const PARALLEL = 8;
/** Connections of HTTP/2, and streams on each in parallel. */
const HTTP2_CONNECTIONS = 4;
const STREAMS = 16;
/** New connections in parallel. */
const CONNECTING = 4;
/** Downloads that make up one bulk measurement, one after the other on one connection. */
const DOWNLOADS = 8;
/** Share of the requests sent one at a time on one connection, to measure latency without queueing. */
const LATENCY_SHARE = 0.25;
/** What closing connections still costs belongs to the work before it, ms. */
const SETTLE_MS = 100;

/** Length of the unmeasured round: V8 has then compiled what the subject runs. */
const WARM_REQUESTS = 8000;
const WARM_CONNECTIONS = 300;

type Say = (line: string) => void;

/** Runs every subject in turn in every round. All processes and files are gone when it resolves or rejects. */
export async function run(options: BenchOptions, say: Say, profileDirectory?: string): Promise<RunResult> {
  const from = performance.now();
  const directory = mkdtempSync(join(tmpdir(), 'tlscope-bench-'));
  const children: SubjectProcess[] = [];
  // The children end by themselves when this process does.
  const interrupted = () => {
    rmSync(directory, { recursive: true, force: true });
    process.exit(130);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const certificates = makeCertificates(directory);
    const origin = new Child('origin', './origin.ts', [], { log: join(directory, 'origin.log') });
    const load = new Child('load', './load.ts', [], { log: join(directory, 'load.log') });
    children.push(origin, load);
    const setting = { certificates, group: options.group };
    const ports: OriginPorts = {
      http1: await origin.ask<number>('listen', setting),
      http2: await origin.ask<number>('listenHttp2', setting),
    };
    const around: Surroundings = {
      certificates,
      group: options.group,
      directory,
      origin: ports,
      ...(profileDirectory !== undefined && { profileDirectory }),
    };
    const subjects: Subject[] = [];
    for (const name of options.subjects) {
      const subject = await startSubject(name, around);
      if (subject.process) children.push(subject.process);
      subjects.push(subject);
    }
    const roots = [certificates.root, ...subjects.flatMap(({ root }) => root ?? [])];
    await load.ask('trust', { roots, group: options.group });
    const results = await rounds(options, subjects, load, ports, say);
    return {
      machine: {
        cpu: cpus()[0]?.model ?? 'unknown',
        cores: cpus().length,
        node: process.versions.node,
        openssl: process.versions.openssl,
      },
      tls: `TLS 1.3, TLS_AES_128_GCM_SHA256, ${options.group}, ECDSA P-256, no resumption`,
      requests: options.requests,
      connections: options.connections,
      seconds: (performance.now() - from) / 1000,
      subjects: results,
    };
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await Promise.all(children.map((child) => child.stop()));
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What one subject does in one round. */
interface Work {
  readonly requests: number;
  readonly connections: number;
  /** Bytes. */
  readonly bulk: number;
  readonly steps: ReadonlySet<Step>;
}

async function rounds(
  options: BenchOptions,
  subjects: readonly Subject[],
  load: Child,
  ports: OriginPorts,
  say: Say,
): Promise<SubjectResult[]> {
  const results = [];
  for (const subject of subjects) {
    results.push({
      subject,
      rounds: [] as Round[],
      rssAtStart: await rss(subject),
      rssWarm: undefined as number | undefined,
    });
  }
  const work: Work = {
    requests: Math.round(options.requests / options.rounds),
    connections: Math.round(options.connections / options.rounds),
    bulk: options.bulk,
    steps: options.steps,
  };
  const warm: Work = { ...work, requests: WARM_REQUESTS, connections: WARM_CONNECTIONS };
  for (let n = 0; n <= options.rounds; n += 1) {
    say(n === 0 ? 'warm-up' : `round ${n} of ${options.rounds}`);
    for (const result of results) {
      const round = await measure(result.subject, n === 0 ? warm : work, load, ports);
      if (n === 0) result.rssWarm = round.rss;
      else result.rounds.push(round);
    }
  }
  return results.map(({ subject, rounds, rssAtStart, rssWarm }) => ({
    name: subject.name,
    rounds,
    ...(rssAtStart !== undefined && { rssAtStart }),
    ...(rssWarm !== undefined && { rssWarm }),
  }));
}

/** The steps that were asked for, on one subject, once. */
async function measure(subject: Subject, work: Work, load: Child, ports: OriginPorts): Promise<Round> {
  const routeTo = (origin: number): Route => {
    const { port, isServer = false } = subject;
    if (port === undefined) return { origin };
    return isServer ? { origin: port } : { origin, proxy: port };
  };
  const route = routeTo(ports.http1);
  const alone = Math.round(work.requests * LATENCY_SHARE);
  const many = work.requests - alone;

  const steps: Record<Step, () => Promise<Round>> = {
    latency: async () => {
      const { p50, p99 } = await keepAlive(subject, { route, connections: 1, size: BODY }, alone, load);
      return { latencyP50: p50, latencyP99: p99 };
    },
    h1: async () => {
      const { perSecond, cpu } = await keepAlive(subject, { route, connections: PARALLEL, size: BODY }, many, load);
      return { requestsPerSecond: perSecond, ...(cpu !== undefined && { cpuPerRequest: cpu }) };
    },
    h2: () => overHttp2(subject, routeTo(ports.http2), many, load),
    connections: () => newConnections(subject, route, work.connections, load),
    bulk: () => downloads(subject, route, Math.round(work.bulk / DOWNLOADS), load),
  };
  const round: { -readonly [Figure in keyof Round]: Round[Figure] } = {};
  for (const step of STEPS)
    if (work.steps.has(step) && !subject.without?.includes(step)) Object.assign(round, await steps[step]());
  const resident = await rss(subject);
  return { ...round, ...(resident !== undefined && { rss: resident }) };
}

async function keepAlive(
  subject: Subject,
  connections: Connections,
  requests: number,
  load: Child,
): Promise<RequestResult & { readonly cpu: number | undefined }> {
  await load.ask('prepare', connections);
  const [result, spent] = await costing(subject, () => load.ask<RequestResult>('requests', requests));
  await load.ask('release');
  await sleep(SETTLE_MS);
  return { ...result, cpu: spent === undefined ? undefined : spent / requests };
}

async function overHttp2(subject: Subject, route: Connections['route'], count: number, load: Child): Promise<Round> {
  await load.ask('prepareHttp2', { route, connections: HTTP2_CONNECTIONS, size: BODY } satisfies Connections);
  const asked = { count, streams: STREAMS } satisfies Http2Requests;
  const [perSecond, spent] = await costing(subject, () => load.ask<number>('requestsHttp2', asked));
  await load.ask('releaseHttp2');
  await sleep(SETTLE_MS);
  return { http2RequestsPerSecond: perSecond, ...(spent !== undefined && { cpuPerHttp2Request: spent / count }) };
}

async function newConnections(
  subject: Subject,
  route: Connections['route'],
  count: number,
  load: Child,
): Promise<Round> {
  const [rate, spent] = await costing(subject, async () => {
    const perSecond = await load.ask<number>('connects', { route, connections: CONNECTING, size: BODY, count });
    await sleep(SETTLE_MS);
    return perSecond;
  });
  return { connectionsPerSecond: rate, ...(spent !== undefined && { cpuPerConnection: spent / count / 1000 }) };
}

/** @param size of each download, bytes */
async function downloads(subject: Subject, route: Connections['route'], size: number, load: Child): Promise<Round> {
  const { perSecond, cpu } = await keepAlive(subject, { route, connections: 1, size }, DOWNLOADS, load);
  const megabytes = size / 1e6;
  return { bulk: perSecond * megabytes, ...(cpu !== undefined && { cpuPerMegabyte: cpu / megabytes / 1000 }) };
}

/** The work's result and the CPU time the subject spent meanwhile, µs. */
async function costing<T>(subject: Subject, work: () => Promise<T>): Promise<[T, number | undefined]> {
  const before = await subject.process?.cpu();
  const result = await work();
  const after = await subject.process?.cpu();
  return [result, before && after ? after.total - before.total : undefined];
}

async function rss(subject: Subject): Promise<number | undefined> {
  return (await subject.process?.memory())?.rss;
}
