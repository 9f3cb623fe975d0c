/** What the exchanges of a connection keep of their heads. One that repeats the head before shares it all, so never change it. */
import type { HeaderPair, HttpRequest, HttpResponse } from '../shared/exchange.ts';
import type { RequestHead, ResponseHead } from '../wire/http/observer.ts';
import { bodyFacts } from './traffic-message.ts';
import { fieldsWeight } from './traffic-weight.ts';

/** Of a message without any; shared by them all. */
export const NO_FIELDS: readonly HeaderPair[] = [];

export class Heads {
  #request: RequestHead | undefined;
  #requestMessage: HttpRequest | undefined;
  #requestWeight = 0;
  #response: ResponseHead | undefined;
  #responseMessage: HttpResponse | undefined;
  #responseWeight = 0;

  /** The message as its head tells it. */
  request(head: RequestHead): HttpRequest {
    if (this.#requestMessage !== undefined && head === this.#request) return this.#requestMessage;
    const { method, target, headers, wireBytes } = head;
    this.#request = head;
    this.#requestWeight = target.length + fieldsWeight(headers);
    this.#requestMessage = {
      method,
      target,
      headers,
      trailers: NO_FIELDS,
      headBytes: wireBytes,
      body: bodyFacts(headers),
    };
    return this.#requestMessage;
  }

  /** Bytes that the last request's texts take. */
  get requestWeight(): number {
    return this.#requestWeight;
  }

  response(head: ResponseHead): HttpResponse {
    if (this.#responseMessage !== undefined && head === this.#response) return this.#responseMessage;
    const { status, reason, headers, wireBytes } = head;
    const body = bodyFacts(headers);
    this.#response = head;
    this.#responseWeight = fieldsWeight(headers);
    this.#responseMessage =
      reason === undefined
        ? { status, headers, trailers: NO_FIELDS, headBytes: wireBytes, body }
        : { status, reason, headers, trailers: NO_FIELDS, headBytes: wireBytes, body };
    return this.#responseMessage;
  }

  /** As `requestWeight`. */
  get responseWeight(): number {
    return this.#responseWeight;
  }
}
