/** Opens the TCP connection to the server, name resolution and self-protection included. */
import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { isOwnAddress } from './addresses.ts';

export interface DialTarget {
  readonly host: string;
  readonly port: number;
  /** Ms until the attempt is given up. */
  readonly timeout: number;
  /** Ports this process listens on: a target on one of them that resolves to this machine is refused. */
  readonly ownPorts: ReadonlySet<number>;
  /** Told how to give up: what it is given ends the attempt. */
  readonly onGone?: (giveUp: () => void) => () => void;
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
  if (target.ownPorts.has(target.port) && isIP(target.host) !== 0 && isOwnAddress(target.host))
    return Promise.reject(selfTarget(target));

  const socket = connect({
    host: target.host,
    port: target.port,
    allowHalfOpen: true,
    noDelay: true,
    autoSelectFamily: true,
    lookup: guardedLookup(target.port, target.ownPorts, () => (resolvedAt = now())),
  });
  const stopWatching = target.onGone?.(() => {
    socket.destroy(Object.assign(new Error('the client went away'), { code: 'ABORT_ERR' }));
  });
  const timer = setTimeout(() => {
    socket.destroy(Object.assign(new Error(`no answer within ${target.timeout} ms`), { code: 'ETIMEDOUT' }));
  }, target.timeout);
  socket.once('connect', () => {
    clearTimeout(timer);
    stopWatching?.();
    socket.removeListener('error', fail);
    resolve({ socket, resolvedAt });
  });
  const fail = (error: Error) => {
    clearTimeout(timer);
    stopWatching?.();
    reject(error);
  };
  socket.once('error', fail);
  return promise;
}

/**
 * A `lookup` for net.connect that refuses addresses which lead back here. The check stands at the look-up itself: an
 * earlier one could have been answered otherwise.
 * @param onResolved called when the name was looked up
 */
export function guardedLookup(port: number, ownPorts: ReadonlySet<number>, onResolved?: () => void): LookupFunction {
  const guarded = ownPorts.has(port);
  return (host, options, done) => {
    dnsLookup(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      onResolved?.();
      const self = !error && guarded && addresses.some(({ address }) => isOwnAddress(address));
      const fault = self ? selfTarget({ host, port }) : error;
      if (fault || options.all) done(fault, addresses);
      else done(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
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

function selfTarget(target: Pick<DialTarget, 'host' | 'port'>): NodeJS.ErrnoException {
  return Object.assign(new Error(`${target.host}:${target.port} is tlscope itself`), { code: SELF_TARGET });
}
