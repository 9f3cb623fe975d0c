/** What `tlscope read` says at the end: how much there was, how much of it was opened, and what was passed over. */
import type { KeyRing } from '../capture/key-ring.ts';
import { SKIPPED, type Skipped } from '../pcap/packet.ts';
import type { Connection } from '../shared/model.ts';

/** The end of the reason why a handshake stayed closed for which no secret is at hand. */
const NO_KEYS = 'its keys are known only to the client and the server';

export class ReadSummary {
  readonly #keys: KeyRing;
  readonly #skipped = new Map<Skipped, number>();
  #connections = 0;
  #read = 0;
  #unseen = 0;
  #failed = 0;
  #keyless = 0;

  constructor(keys: KeyRing) {
    this.#keys = keys;
  }

  skipped(what: Skipped): void {
    this.#skipped.set(what, (this.#skipped.get(what) ?? 0) + 1);
  }

  /** A connection has closed. */
  closed({ legs }: Connection): void {
    this.#connections++;
    for (const leg of [legs.client, legs.server]) {
      if (leg?.tls === undefined) continue;
      const { state, visibility } = leg.tls;
      if (visibility.reason?.endsWith(NO_KEYS)) this.#keyless++;
      if (state === 'established') this.#read++;
      else if (state === 'failed') this.#failed++;
      else this.#unseen++;
    }
  }

  /** @param of TCP connections without TLS, and those of them whose TLS began before the capture did */
  lines(packets: number, { notTls, begunBefore }: { readonly notTls: number; readonly begunBefore: number }): string[] {
    const passedOver = [
      ...[...this.#skipped].map(([what, count]) => `${count} ${SKIPPED[what]}`),
      ...counted(
        begunBefore,
        'TLS connection whose beginning was',
        'TLS connections whose beginning was',
        'not captured',
      ),
      ...counted(notTls - begunBefore, 'TCP connection that does', 'TCP connections that do', 'not begin with TLS'),
    ];
    const { entries, malformed, left, preMasters, fits } = this.#keys;
    const foreign =
      entries > 0 && this.#connections > 0 && !fits ? ', none of them of a connection in this capture' : '';
    const strange = malformed > 0 ? `, ${malformed} ${malformed === 1 ? 'line' : 'lines'} not understood` : '';
    const unused =
      preMasters > 0 ? `, ${preMasters} pre-master ${preMasters === 1 ? 'secret' : 'secrets'} not used` : '';
    const tooMany = left > 0 ? `, ${left} more than are kept` : '';
    return [
      `${packets} packets, ${this.#connections} connections with TLS; handshakes: ${this.#read} read to their end, ` +
        `${this.#unseen} not wholly seen or opened, ${this.#failed} failed.`,
      `Secrets: ${entries}${foreign}${strange}${unused}${tooMany}.`,
      ...counted(this.#keyless, 'handshake', 'handshakes', KEYS_WANTED),
      ...(passedOver.length > 0 ? [`Passed over: ${passedOver.join('; ')}.`] : []),
    ];
  }
}

const KEYS_WANTED =
  'stayed closed for want of keys: let the client write them where SSLKEYLOGFILE says, and give that file with --keylog FILE.';

function counted(count: number, one: string, more: string, rest: string): string[] {
  return count > 0 ? [`${count} ${count === 1 ? one : more} ${rest}`] : [];
}
