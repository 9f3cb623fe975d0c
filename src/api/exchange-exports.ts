/**
 * `GET /api/export` of exchanges: as HAR or lines of JSON, or one of them as code or as its messages.
 *
 * Exchanges are taken one by one, with their bodies, so that what is held does not grow with what is written.
 */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { BodyStore } from '../capture/body-store.ts';
import type { Recall } from '../capture/recall.ts';
import type { LiveState } from '../capture/session-state.ts';
import { bodyFileName, type ExchangeContent, NO_CONTENT } from '../export/content.ts';
import { curlOf } from '../export/curl.ts';
import { fetchCodeOf } from '../export/fetch-code.ts';
import { type HarSubject, harOf } from '../export/har.ts';
import { exchangeLine } from '../export/jsonl.ts';
import { pythonCodeOf } from '../export/python-code.ts';
import { rawRequest, rawResponse } from '../export/raw-http.ts';
import { type Place, parseRedaction, type RedactionRules, redact } from '../export/redact.ts';
import { EXPORT_NOTE, type ExchangeExportFormat } from '../shared/api.ts';
import type { HttpExchange } from '../shared/exchange.ts';
import { isAbandoned, type Refusal, refuse } from './answers.ts';
import { rowsNamed } from './chosen.ts';
import { contentOf } from './exchange-content.ts';
import type { ListFilter } from './filtering.ts';
import type { ExportQuery } from './schemas.ts';
import { inTurns, Turn } from './turns.ts';

export interface ExchangeExportOptions {
  readonly state: LiveState;
  readonly bodies: BodyStore;
  readonly recall: Recall;
  readonly startedAt: Date;
  readonly version: string;
  readonly onError: (error: unknown) => void;
}

interface Subject {
  readonly exchange: HttpExchange;
  readonly content: ExchangeContent;
}

interface OneRow {
  readonly type: string;
  /** What of the exchange the file has. */
  readonly holds: readonly Place[];
  readonly name: (exchange: HttpExchange) => string;
  /** Undefined where there is none. */
  readonly write: (subject: Subject) => string | Uint8Array | undefined;
}

const text = 'text/plain; charset=utf-8';
const bytes = 'application/octet-stream';
const CODE: readonly Place[] = ['request', 'request-body'];

/** What is written of one exchange alone. */
const ONE: Readonly<Record<Exclude<ExchangeExportFormat, 'har' | 'jsonl'>, OneRow>> = {
  curl: {
    type: text,
    holds: CODE,
    name: ({ id }) => `exchange-${id}.sh`,
    write: (of) => curlOf(of.exchange, of.content),
  },
  fetch: {
    type: text,
    holds: CODE,
    name: ({ id }) => `exchange-${id}.mjs`,
    write: (of) => fetchCodeOf(of.exchange, of.content),
  },
  python: {
    type: text,
    holds: CODE,
    name: ({ id }) => `exchange-${id}.py`,
    write: (of) => pythonCodeOf(of.exchange, of.content),
  },
  'http-request': {
    type: bytes,
    holds: ['request', 'request-body', 'request-trailers'],
    name: ({ id }) => `exchange-${id}-request.http`,
    write: ({ exchange, content }) => rawRequest(exchange, content),
  },
  'http-response': {
    type: bytes,
    holds: ['response', 'response-body', 'response-trailers'],
    name: ({ id }) => `exchange-${id}-response.http`,
    write: ({ exchange, content }) => rawResponse(exchange, content),
  },
  'request-body': {
    type: bytes,
    holds: ['request-body'],
    name: (exchange) => bodyFileName(exchange, 'request', exchange.request.body),
    write: ({ content }) => content.request.decoded,
  },
  'response-body': {
    type: bytes,
    holds: ['response-body'],
    name: (exchange) => bodyFileName(exchange, 'response', exchange.response?.body),
    write: ({ exchange, content }) => exchange.response && content.response.decoded,
  },
};

/** Answers an export whose format is one of exchanges. */
export async function exportExchanges(
  format: ExchangeExportFormat,
  query: ExportQuery,
  filter: ListFilter | undefined,
  reply: FastifyReply,
  options: ExchangeExportOptions,
): Promise<FastifyReply> {
  const rules = query.redact === '' ? undefined : parseRedaction(query.redact);
  if (query.redact !== '' && rules === undefined) return refuse(reply, BAD_REDACTION);
  const chosen = rowsNamed(query.exchanges, 'exchange', options.state.current().exchanges);
  if ('status' in chosen) return refuse(reply, chosen);
  const matching = filtered(chosen, filter, options.recall, () => isAbandoned(reply));
  reply.header('content-security-policy', "sandbox; default-src 'none'");
  if (format !== 'har' && format !== 'jsonl') {
    const [only, another] = [(await matching.next()).value, (await matching.next()).value];
    if (only === undefined) return refuse(reply, filter === undefined ? NONE : NONE_MATCHES);
    if (another !== undefined) return refuse(reply, ONE_ALONE);
    return exportOne(ONE[format], only, rules, reply, options);
  }
  const name = chosen.length === 1 ? `exchange-${chosen[0]!.id}` : 'exchanges';
  reply.header('content-disposition', `attachment; filename="tlscope-${name}.${format}"`);
  reply.type(format === 'har' ? 'application/json; charset=utf-8' : 'application/x-ndjson; charset=utf-8');
  const withBodies = query.bodies === '1';
  const parts =
    format === 'har' ? harParts(matching, rules, withBodies, options) : lines(matching, rules, withBodies, options);
  return reply.send(
    Readable.from(
      inTurns(parts, (error) => {
        // Before, the server answers it and reports it.
        if (reply.raw.headersSent) options.onError(error);
      }),
    ),
  );
}

const BAD_REDACTION: Refusal = {
  status: 400,
  error: 'redact has a word that is none of its own.',
  hint: 'Give a list of cookies, authorization, header:NAME, query:KEY and field:KEY, e.g. redact=cookies,header:x-api-key.',
};

const ONE_ALONE: Refusal = {
  status: 400,
  error: 'This format is for one exchange alone.',
  hint: 'Give its id, e.g. exchanges=7.',
};

const NONE: Refusal = { status: 404, error: 'There are no exchanges.', hint: 'Wait until there is one.' };

const NONE_MATCHES: Refusal = {
  status: 404,
  error: 'None of these exchanges matches the filter.',
  hint: 'Give the id of one, e.g. exchanges=7, and no filter.',
};

async function exportOne(
  { type, holds, name, write }: OneRow,
  exchange: HttpExchange,
  rules: RedactionRules | undefined,
  reply: FastifyReply,
  { bodies }: ExchangeExportOptions,
): Promise<FastifyReply> {
  const content = await contentOf(bodies, exchange);
  const redacted = rules && redact(exchange, content, rules);
  const subject = redacted ?? { exchange, content };
  const written = write(subject);
  if (written === undefined) {
    const hint = 'Ask for its request, or wait until the server has answered.';
    return refuse(reply, { status: 404, error: `Exchange ${exchange.id} has no response.`, hint });
  }
  const notes = (['request', 'response'] as const).flatMap((side) =>
    holds.includes(`${side}-body`) ? subject.content[side].notes : [],
  );
  if (redacted) notes.push(saidOf(redacted.masked(holds)));
  if (notes.length > 0) reply.header(EXPORT_NOTE, notes.join(' ').replace(/[’]/g, "'"));
  reply.header('content-disposition', `attachment; filename="${name(subject.exchange)}"`);
  return reply.type(type).send(typeof written === 'string' ? written : Buffer.from(written));
}

function saidOf(masked: number): string {
  return masked === 1 ? 'One value was masked.' : `${masked} values were masked.`;
}

/** Those that the filter matches, whole, in short stretches. */
async function* filtered(
  exchanges: readonly HttpExchange[],
  filter: ListFilter | undefined,
  recall: Recall,
  isAbandoned: () => boolean,
): AsyncGenerator<HttpExchange> {
  const turn = new Turn();
  for (const exchange of exchanges) {
    if (filter === undefined || (await filter.exchange(exchange))) yield await recall.exchange(exchange);
    if (turn.isOver) await turn.next();
    if (isAbandoned()) return;
  }
}

function harParts(
  exchanges: AsyncIterable<HttpExchange>,
  rules: RedactionRules | undefined,
  withBodies: boolean,
  { state, bodies, recall, startedAt, version }: ExchangeExportOptions,
): AsyncGenerator<string> {
  const counts = { written: 0, left: 0, masked: 0 };
  async function* subjects(): AsyncGenerator<HarSubject> {
    for await (const exchange of exchanges) {
      if (!exchange.protocol.startsWith('HTTP/')) {
        counts.left++;
        continue;
      }
      counts.written++;
      const content = withBodies ? await contentOf(bodies, exchange) : WITHOUT;
      const redacted = rules && redact(exchange, content, rules);
      const of = redacted ?? { exchange, content };
      counts.masked += redacted?.masked() ?? 0;
      const current = state.current();
      const carrier = current.connections.get(exchange.conn);
      const connection = carrier && (await recall.connection(carrier));
      const isFirst = current.exchangesOf(exchange.conn)[0]?.id === exchange.id;
      yield { exchange: of.exchange, content: of.content, connection, isFirst };
    }
  }
  const comment = () =>
    [
      ...(withBodies ? [] : ['Bodies were left out.']),
      ...(counts.left > 0 ? [`${counts.left} that are no HTTP were left out.`] : []),
      ...(counts.written === 0 ? ['There were no exchanges.'] : []),
      ...(rules ? [saidOf(counts.masked)] : []),
    ].join(' ');
  return harOf(subjects(), { startedAt, version, comment });
}

async function* lines(
  exchanges: AsyncIterable<HttpExchange>,
  rules: RedactionRules | undefined,
  withBodies: boolean,
  { bodies }: ExchangeExportOptions,
): AsyncGenerator<string> {
  for await (const exchange of exchanges) {
    const content = withBodies ? await contentOf(bodies, exchange) : WITHOUT;
    const redacted = rules && redact(exchange, content, rules);
    const of = redacted ?? { exchange, content };
    yield exchangeLine(of.exchange, withBodies ? of.content : undefined, redacted?.masked());
  }
}

const WITHOUT: ExchangeContent = { request: NO_CONTENT, response: NO_CONTENT };
