/** What to do with a connection, and why. Pure but for the name look-up that self-protection needs. */
import { isSelf } from '../net/dial.ts';
import type { Decision } from '../shared/model.ts';
import { matchesHost } from './host-glob.ts';

export interface PolicyOptions {
  /** Host globs that are tunnelled untouched. */
  readonly passthrough: readonly string[];
  readonly ownPorts: ReadonlySet<number>;
}

/** Decides on a CONNECT tunnel. */
export async function decideTunnel(host: string, port: number, options: PolicyOptions): Promise<Decision> {
  if (await isSelf(host, port, options.ownPorts)) return REFUSE_SELF;
  const glob = options.passthrough.find((pattern) => matchesHost(pattern, host, port));
  if (glob !== undefined) return { action: 'tunnel', reason: `--passthrough ${glob}` };
  return { action: 'intercept', reason: 'CONNECT; intercepted if TLS follows' };
}

/** Decides on a plain HTTP request with an absolute target. */
export async function decideForward(host: string, port: number, options: PolicyOptions): Promise<Decision> {
  if (await isSelf(host, port, options.ownPorts)) return REFUSE_SELF;
  return { action: 'forward', reason: 'plain HTTP request' };
}

const REFUSE_SELF: Decision = { action: 'refuse', reason: 'the target is tlscope itself' };
