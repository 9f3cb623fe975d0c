/** What every connection script needs of the rest, put together once by the server. */
import type { Authority } from '../ca/authority.ts';
import type { Recorder } from '../capture/recorder.ts';
import type { Traffic } from '../capture/traffic.ts';
import type { ContextCache } from './client-leg.ts';
import type { FailurePages } from './failure-page.ts';
import type { Mirror } from './mirror.ts';
import type { Passthrough } from './passthrough.ts';
import type { Resumption } from './resumption.ts';
import type { ServerCertificates } from './server-certificates.ts';

export interface ProxyOptions {
  readonly passthrough: Passthrough;
  readonly insecure: readonly string[];
  /** What a failed server leg becomes for the client: a readable 502, or an alert. */
  readonly fail: 'page' | 'mirror';
  readonly timeouts: Timeouts;
}

/** All in ms. */
export interface Timeouts {
  /** For a client to say what it wants. */
  readonly front: number;
  /** For the first byte in a tunnel, before the server is dialled in case it is the one that speaks first. */
  readonly silence: number;
  /** For either side to say something after that. */
  readonly idle: number;
  /** For a dial, and for each handshake. */
  readonly handshake: number;
  /** For connections in flight when the proxy stops. */
  readonly grace: number;
}

export interface ProxyContext {
  readonly options: ProxyOptions;
  readonly recorder: Recorder;
  readonly traffic: Traffic;
  readonly authority: Authority;
  readonly mirror: Mirror;
  readonly certificates: ServerCertificates;
  readonly contexts: ContextCache;
  readonly resumption: Resumption;
  readonly pages: FailurePages;
  /** Ports of this process; a set that the app fills once everything listens. */
  readonly ownPorts: ReadonlySet<number>;
  /** Set when connections are cut because the proxy stops. */
  readonly lifecycle: { cutting: boolean };
  readonly now: () => number;
  readonly log: Log;
}

/** The part of a pino logger that is used here. */
export interface Log {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}
