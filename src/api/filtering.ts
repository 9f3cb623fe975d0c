/** `?filter=EXPRESSION` on lists: the language of docs/filter.md, with everything that the server has at hand. */
import type { BodyStore } from '../capture/body-store.ts';
import { decodeContent } from '../capture/content-coding.ts';
import { type DetailOptions, detailOf } from '../capture/detail.ts';
import type { Recall } from '../capture/recall.ts';
import type { LiveState } from '../capture/session-state.ts';
import { type Filter, matches, parseFilter } from '../filter/filter.ts';
import { type BodySide, type Lookups, subjectOfConnection, subjectOfExchange } from '../filter/subject.ts';
import type { HttpExchange } from '../shared/exchange.ts';
import { MAX_TARGET } from '../shared/exchange-summary.ts';
import type { Connection } from '../shared/model.ts';
import type { Refusal } from './answers.ts';

/** Bytes of a body that a filter searches. */
const SEARCHED = 1024 * 1024;

export interface FilterSources {
  readonly state: LiveState;
  readonly detail: DetailOptions;
  readonly bodies: BodyStore;
  /** For filters that want more than a summary; what the state holds is judged without it. */
  readonly recall?: Recall | undefined;
}

/** Judges connections and exchanges one by one; the caller gives way between them. */
export class ListFilter {
  readonly #filter: Filter;
  readonly #sources: FilterSources;

  private constructor(filter: Filter, sources: FilterSources) {
    this.#filter = filter;
    this.#sources = sources;
  }

  /** @returns the filter, or a refusal that points at the column of the fault */
  static from(text: string, sources: FilterSources): ListFilter | Refusal {
    const parsed = parseFilter(text);
    if (parsed.ok) return new ListFilter(parsed.filter, sources);
    const { message, column, hint } = parsed.error;
    return {
      status: 400,
      error: `filter, column ${column}: ${message}`,
      hint: hint ?? 'docs/filter.md has the language.',
    };
  }

  async connection(connection: Connection): Promise<boolean> {
    const whole = await this.#wholeConnection(connection);
    return matches(this.#filter, subjectOfConnection(whole, this.#lookups(whole)));
  }

  async exchange(exchange: HttpExchange): Promise<boolean> {
    const texts = new Map<BodySide, string>();
    if (this.#filter.needs.has('body')) {
      for (const side of ['request', 'response'] as const) {
        const text = await this.#bodyText(exchange, side);
        if (text !== undefined) texts.set(side, text);
      }
    }
    const carrier = this.#sources.state.current().connections.get(exchange.conn);
    const connection = carrier && (await this.#wholeConnection(carrier));
    const whole = await this.#wholeExchange(exchange);
    const lookups = { ...this.#lookups(connection), body: (_: HttpExchange, side: BodySide) => texts.get(side) };
    return matches(this.#filter, subjectOfExchange(whole, connection, lookups));
  }

  async #wholeConnection(connection: Connection): Promise<Connection> {
    if (!this.#filter.needs.has('connection')) return connection;
    return (await this.#sources.recall?.connection(connection)) ?? connection;
  }

  async #wholeExchange(exchange: HttpExchange): Promise<HttpExchange> {
    const { needs } = this.#filter;
    // A summary has but the beginning of a long target.
    const isCut = needs.has('exchange') && exchange.request.target.length >= MAX_TARGET;
    if (!needs.has('headers') && !isCut) return exchange;
    return (await this.#sources.recall?.exchange(exchange)) ?? exchange;
  }

  /** @param whole what is looked up */
  #lookups(whole: Connection | undefined): Lookups {
    const { detail } = this.#sources;
    const find = () => whole;
    return {
      connection: find,
      findings: () => whole && detailOf(whole, detail).findings,
    };
  }

  async #bodyText(exchange: HttpExchange, side: BodySide): Promise<string | undefined> {
    const facts = side === 'request' ? exchange.request.body : exchange.response?.body;
    if (facts === undefined) return undefined;
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const { bytes } of this.#sources.bodies.read(exchange.id, side)) {
      parts.push(bytes);
      size += bytes.length;
      if (size >= SEARCHED) break;
    }
    if (size === 0) return undefined;
    const sent = Buffer.concat(parts).subarray(0, SEARCHED);
    const decoded =
      facts.encoding === '' ? sent : (await decodeContent(onePart(sent), facts.encoding, SEARCHED))?.bytes;
    return decoded && new TextDecoder().decode(decoded);
  }
}

async function* onePart(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
