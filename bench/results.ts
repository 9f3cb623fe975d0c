/** What a run yields: plain data, printed as a table or as JSON. */

/** One subject in one round, as far as it was asked for. CPU is of all its threads; absent for `direct`. */
export interface Round {
  /** Keep-alive requests per second, 8 connections. */
  readonly requestsPerSecond?: number;
  /** µs. */
  readonly cpuPerRequest?: number;
  /** The same over HTTP/2, 4 connections with 16 streams each. */
  readonly http2RequestsPerSecond?: number;
  /** µs. */
  readonly cpuPerHttp2Request?: number;
  /** Time of one request on one connection, ms. */
  readonly latencyP50?: number;
  readonly latencyP99?: number;
  /** New connections per second, 4 at a time. */
  readonly connectionsPerSecond?: number;
  /** ms. */
  readonly cpuPerConnection?: number;
  /** MB/s (10^6 bytes). */
  readonly bulk?: number;
  /** Of the bulk download, ms a MB. */
  readonly cpuPerMegabyte?: number;
  /** At the end of the round, bytes. */
  readonly rss?: number;
}

export interface SubjectResult {
  readonly name: string;
  readonly rounds: readonly Round[];
  /** Resident set before the first connection and after the unmeasured round, bytes. */
  readonly rssAtStart?: number;
  readonly rssWarm?: number;
}

export interface RunResult {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string; readonly openssl: string };
  readonly tls: string;
  readonly requests: number;
  readonly connections: number;
  readonly seconds: number;
  readonly subjects: readonly SubjectResult[];
}
