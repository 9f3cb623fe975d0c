/** Answers that tlscope gives in the server's place, as the record has them: like a server's, but for who gave them. */
import { STATUS_CODES } from 'node:http';
import type { ExchangeRecorder } from '../capture/traffic-exchanges.ts';
import type { ExchangeOutcome } from '../shared/exchange.ts';

export interface OwnAnswer {
  /** HTTP/1.1 unless it is said. */
  readonly version?: 'HTTP/2';
  readonly status: number;
  /** What tlscope sets; Date and framing are Node's. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Ends the exchange on `stream`.
 * @param outcome its text says what the answer says
 */
export function recordOwnAnswer(
  recorder: ExchangeRecorder,
  stream: number,
  { version, status, headers, body }: OwnAnswer,
  outcome: ExchangeOutcome,
  at: number,
): void {
  const content = Buffer.from(body);
  // RFC 9113 §8.2, §8.3.2: names in lower case, and no reason phrase.
  const head =
    version === 'HTTP/2'
      ? {
          version,
          reason: '',
          headers: Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const),
        }
      : { version: 'HTTP/1.1', reason: STATUS_CODES[status] ?? '', headers: Object.entries(headers) };
  recorder.response(stream, { ...head, status, issues: [], wireBytes: 0 }, at);
  recorder.body(stream, 'server', content, at);
  recorder.over(
    stream,
    { ...outcome, text: `Answered by tlscope: ${outcome.text}`, ownAnswer: true },
    at,
    content.length,
  );
}
