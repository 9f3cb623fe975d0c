/** Opens the TCP connection to the server, name resolution and self-protection included. */
import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { connect, isIP, type Socket } from 'node:net';
import { isOwnAddress } from './addresses.ts';

export interface DialTarget {
  readonly host: string;
  readonly port: number;
  /** Ms until the attempt is given up. */
  readonly timeout: number;
  /** Ports this process listens on: a target on one of them that resolves to this machine is refused. */
  readonly ownPorts: ReadonlySet<number>;
}

export interface Dialled {
  readonly socket: Socket;
  /** When the name was resolved, on the clock given; absent for literal addresses. */
  readonly resolvedAt: number | undefined;
}

/** `code` of the error when the target is this process itself. */
export const SELF_TARGET = 'ERR_SELF_TARGET';

/** Resolves to a connected socket. Rejects with the system's error (`code` as Node names it) or `SELF_TARGET`. */
export function dial(target: DialTarget, now: () => number): Promise<Dialled> {
  const { promise, resolve, reject } = Promise.withResolvers<Dialled>();
  let resolvedAt: number | undefined;
  const guarded = target.ownPorts.has(target.port);
  if (guarded && isIP(target.host) !== 0 && isOwnAddress(target.host)) return Promise.reject(selfTarget(target));

  const socket = connect({
    host: target.host,
    port: target.port,
    allowHalfOpen: true,
    noDelay: true,
    autoSelectFamily: true,
    lookup: (host, options, done) => {
      dnsLookup(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
        resolvedAt = now();
        if (!error && guarded && addresses.some(({ address }) => isOwnAddress(address))) {
          error = selfTarget(target);
        }
        if (error || options.all) done(error, addresses);
        else done(null, addresses[0]!.address, addresses[0]!.family);
      });
    },
  });
  const timer = setTimeout(() => {
    socket.destroy(Object.assign(new Error(`no answer within ${target.timeout} ms`), { code: 'ETIMEDOUT' }));
  }, target.timeout);
  socket.once('connect', () => {
    clearTimeout(timer);
    socket.removeListener('error', fail);
    resolve({ socket, resolvedAt });
  });
  const fail = (error: Error) => {
    clearTimeout(timer);
    reject(error);
  };
  socket.once('error', fail);
  return promise;
}

/** True when `host:port` is this process: by resolved address, so that no spelling of a name gets around it. */
export async function isSelf(host: string, port: number, ownPorts: ReadonlySet<number>): Promise<boolean> {
  if (!ownPorts.has(port)) return false;
  if (isIP(host) !== 0) return isOwnAddress(host);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  dnsLookup(host, { all: true }, (error, addresses) =>
    resolve(!error && addresses.some(({ address }) => isOwnAddress(address))),
  );
  return promise;
}

function selfTarget(target: DialTarget): NodeJS.ErrnoException {
  return Object.assign(new Error(`${target.host}:${target.port} is tlscope itself`), { code: SELF_TARGET });
}
