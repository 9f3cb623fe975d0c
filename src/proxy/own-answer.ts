/** Answers that tlscope gives in the server's place, as the record has them: like a server's, but for who gave them. */
import { STATUS_CODES } from 'node:http';
import type { ExchangeRecorder } from '../capture/traffic-exchanges.ts';
import type { ExchangeOutcome } from '../shared/exchange.ts';

export interface OwnAnswer {
  readonly status: number;
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
  { status, headers, body }: OwnAnswer,
  outcome: ExchangeOutcome,
  at: number,
): void {
  const content = Buffer.from(body);
  const head = { version: 'HTTP/1.1', status, reason: STATUS_CODES[status] ?? '', issues: [], wireBytes: 0 };
  recorder.response(stream, { ...head, headers: Object.entries(headers) }, at);
  recorder.body(stream, 'server', content, at);
  recorder.over(
    stream,
    { ...outcome, text: `Answered by tlscope: ${outcome.text}`, ownAnswer: true },
    at,
    content.length,
  );
}
