/** What the frames of an HTTP/2 connection say of the connection: at its start, gathered as they come, and at its end. */
import type { HeaderPair, Http2Handshake } from '../shared/exchange.ts';
import type { Issue } from '../shared/model.ts';
import type { Http2Fact, Http2Setting } from '../wire/http/observer.ts';

export class Http2Opening {
  pseudoHeaders: readonly string[] | undefined;
  readonly #settings: { client?: readonly Http2Setting[]; server?: readonly Http2Setting[] } = {};
  #windowUpdate: number | undefined;
  #fingerprint: string | undefined;
  #changed = false;

  fact(fact: Http2Fact): void {
    switch (fact.kind) {
      case 'settings':
        if (fact.ack || this.#settings[fact.sender] !== undefined) return;
        this.#settings[fact.sender] = fact.settings;
        break;
      case 'window-update':
        if (fact.sender !== 'client' || fact.stream !== 0 || this.#windowUpdate !== undefined) return;
        // What comes after the first request is about its content, not about the start.
        if (this.pseudoHeaders !== undefined) return;
        this.#windowUpdate = fact.increment;
        break;
      case 'fingerprint':
        this.#fingerprint = fact.value;
        break;
      default:
        return;
    }
    this.#changed = true;
  }

  firstRequest(headers: readonly HeaderPair[]): void {
    this.pseudoHeaders = headers.filter(([name]) => name.startsWith(':')).map(([name]) => name);
    this.#changed = true;
  }

  /** All of it, if there is more than was asked for before. */
  changed(): Http2Handshake | undefined {
    if (!this.#changed) return undefined;
    this.#changed = false;
    return {
      settings: { ...this.#settings },
      ...(this.#windowUpdate !== undefined && { windowUpdate: this.#windowUpdate }),
      ...(this.pseudoHeaders && { pseudoHeaders: this.pseudoHeaders }),
      ...(this.#fingerprint !== undefined && { fingerprint: this.#fingerprint }),
    };
  }
}

/** What a GOAWAY means (RFC 9113 §6.8). */
export function goawayIssue({ sender, lastStream, code, debug }: Extract<Http2Fact, { kind: 'goaway' }>): Issue {
  const other = sender === 'client' ? 'server' : 'client';
  const limit =
    lastStream === 0x7fff_ffff
      ? 'it announces that the connection will end'
      : lastStream === 0
        ? `it processed no stream of the ${other}`
        : `it may have processed streams of the ${other} up to ${lastStream}, none beyond`;
  const says = debug === '' ? '' : ` It says: ${debug.slice(0, 200)}`;
  return {
    severity: code.id === 0 ? 'note' : 'warning',
    text: `The ${sender} sent GOAWAY with ${code.name}: ${limit}.${says}`,
  };
}
