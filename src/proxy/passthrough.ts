/** The hosts that are not intercepted: those named at start, and those that were added since, for as long as tlscope runs. */
import { matchesHost } from './host-glob.ts';

export class Passthrough {
  /** Host globs of `--passthrough`. */
  readonly configured: readonly string[];
  readonly #added = new Set<string>();

  constructor(configured: readonly string[]) {
    this.configured = configured;
  }

  /** Host globs, in the order they were added. */
  get added(): readonly string[] {
    return [...this.#added];
  }

  /** Why a connection to there is not intercepted; undefined when it is. */
  reasonFor(host: string, port: number): string | undefined {
    const matching = (glob: string) => matchesHost(glob, host, port);
    const configured = this.configured.find(matching);
    if (configured !== undefined) return `--passthrough ${configured}`;
    const added = this.added.find(matching);
    return added === undefined ? undefined : `passthrough ${added}, set on the dashboard`;
  }

  /**
   * For connections that are decided on from now on.
   * @param add what is configured, or added already, stays as it is
   * @param remove what is not there is passed over
   * @returns whether that changed anything
   */
  change(add: Iterable<string>, remove: Iterable<string>): boolean {
    const before = this.added;
    for (const glob of remove) this.#added.delete(glob);
    for (const glob of add) if (!this.configured.includes(glob)) this.#added.add(glob);
    const { added } = this;
    return added.length !== before.length || added.some((glob, i) => glob !== before[i]);
  }
}
