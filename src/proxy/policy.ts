/** What to do with a connection, and why. Pure but for the name look-up that self-protection needs. */
import { isSelf } from '../net/dial.ts';
import type { Decision } from '../shared/model.ts';
import type { Passthrough } from './passthrough.ts';

export interface PolicyOptions {
  /** Hosts whose tunnels are left untouched. */
  readonly passthrough: Passthrough;
  readonly ownPorts: ReadonlySet<number>;
}

/** Decides on a CONNECT tunnel. */
export async function decideTunnel(host: string, port: number, options: PolicyOptions): Promise<Decision> {
  if (await isSelf(host, port, options.ownPorts)) return REFUSE_SELF;
  const reason = options.passthrough.reasonFor(host, port);
  if (reason !== undefined) return { action: 'tunnel', reason };
  return { action: 'intercept', reason: 'CONNECT; intercepted if TLS follows' };
}

/** Decides on a plain HTTP request with an absolute target. */
export async function decideForward(host: string, port: number, options: PolicyOptions): Promise<Decision> {
  if (await isSelf(host, port, options.ownPorts)) return REFUSE_SELF;
  return { action: 'forward', reason: 'plain HTTP request' };
}

const REFUSE_SELF: Decision = { action: 'refuse', reason: 'the target is tlscope itself' };
