/** The key derivations of both legs, row by row, so that the same secret stands on the same line; and the longest of their chains. */
import type { DerivationStep } from '../../../src/shared/model.ts';

export interface DerivationRow {
  readonly client?: DerivationStep;
  readonly server?: DerivationStep;
}

/** Pairs steps of one name, each leg's in its own order; what one leg alone has gets a row of its own. */
export function alignDerivations(
  client: readonly DerivationStep[],
  server: readonly DerivationStep[],
): DerivationRow[] {
  const rows: DerivationRow[] = [];
  let next = 0;
  for (const step of client) {
    const at = server.findIndex(({ name }, index) => index >= next && name === step.name);
    if (at < 0) {
      rows.push({ client: step });
      continue;
    }
    for (const skipped of server.slice(next, at)) rows.push({ server: skipped });
    rows.push({ client: step, server: server[at]! });
    next = at + 1;
  }
  for (const left of server.slice(next)) rows.push({ server: left });
  return rows;
}

/**
 * The longest way from a secret that is made of no other to a last key, by name: `pre-master secret`, `master secret`,
 * `key block`, `client write key`. Empty without steps. A step is taken to be made of steps before it alone.
 */
export function longestChain(steps: readonly DerivationStep[]): string[] {
  let longest: readonly string[] = [];
  const chains = new Map<string, readonly string[]>();
  for (const { name, from } of steps) {
    const before = from.map((source) => chains.get(source) ?? []);
    const deepest = before.reduce((best, chain) => (chain.length > best.length ? chain : best), []);
    const chain = [...deepest, name];
    if (chain.length > longest.length) longest = chain;
    chains.set(name, chain);
  }
  return [...longest];
}
