/**
 * `GET /api/export`: connections and exchanges as files for other programs, written as fast as the reader takes them.
 *
 * Each format has its bound; what is not in a file is said in it, where it has room for that, and in a header.
 */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { BodyStore } from '../capture/body-store.ts';
import { type DetailOptions, detailOf } from '../capture/detail.ts';
import type { Recall } from '../capture/recall.ts';
import type { LiveState } from '../capture/session-state.ts';
import { keyLogOf } from '../export/key-log.ts';
import { hasTape, PcapngFile } from '../export/pcapng.ts';
import { EXPORT_NOTE, type ExportFormat } from '../shared/api.ts';
import type { Connection } from '../shared/model.ts';
import { isAbandoned, refuse } from './answers.ts';
import { listed, rowsNamed } from './chosen.ts';
import { connectionJson } from './connection-json.ts';
import { exportExchanges } from './exchange-exports.ts';
import { ListFilter } from './filtering.ts';
import { ExportQuery } from './schemas.ts';
import { inTurns, Turn } from './turns.ts';

export interface ExportOptions {
  readonly state: LiveState;
  readonly bodies: BodyStore;
  readonly detail: DetailOptions;
  readonly recall: Recall;
  /** tlscope's own version. */
  readonly version: string;
  /** Told of a fault that breaks an answer off. */
  readonly onError: (error: unknown) => void;
}

interface FormatRow {
  readonly type: string;
  readonly extension: string;
  /** Connections in one file; the newest are taken. */
  readonly most: number;
  readonly holdsSecrets: (options: ExportOptions) => boolean;
  /** Whether there is anything of a connection to write, and what is missing if not. Absent: there is of all. */
  readonly lacks?: { readonly has: (connection: Connection) => boolean; readonly missing: string };
  /** @param connections whole; each is there once it is asked for, so that few are held */
  readonly parts: (
    connections: AsyncIterable<Connection>,
    options: ExportOptions,
    notes: readonly string[],
  ) => AsyncIterable<string | Uint8Array>;
}

const FORMATS: Readonly<Record<ExportFormat, FormatRow>> = {
  pcapng: {
    type: 'application/x-pcapng',
    extension: 'pcapng',
    most: 10_000,
    holdsSecrets: () => true,
    lacks: { has: hasTape, missing: 'no bytes of a finished TLS handshake are kept' },
    parts: pcapngParts,
  },
  json: {
    type: 'application/json; charset=utf-8',
    extension: 'json',
    // Making the detail of one takes some milliseconds.
    most: 1000,
    holdsSecrets: ({ detail }) => detail.showSecrets === true,
    parts: jsonParts,
  },
  keylog: {
    // RFC 9850 §4.2.
    type: 'application/sslkeylogfile',
    extension: 'keylog',
    most: 10_000,
    holdsSecrets: () => true,
    lacks: { has: (connection) => keyLogOf(connection) !== '', missing: 'no secrets are kept' },
    parts: keyLogParts,
  },
};

export function addExport(app: FastifyInstance, options: ExportOptions): void {
  app.get<{ Querystring: ExportQuery }>('/export', { schema: { querystring: ExportQuery } }, async (request, reply) => {
    const { format: asked } = request.query;
    const filter = request.query.filter === undefined ? undefined : ListFilter.from(request.query.filter, options);
    if (filter !== undefined && 'status' in filter) return refuse(reply, filter);
    if (!isOfConnections(asked)) {
      const { startedAt } = options.detail;
      return exportExchanges(asked, request.query, filter, reply, { ...options, startedAt });
    }
    const format = FORMATS[asked];
    const named = rowsNamed(request.query.connections, 'connection', options.state.current().connections);
    if ('status' in named) return refuse(reply, named);
    const chosen = filter === undefined ? named : await matching(named, filter, () => isAbandoned(reply));
    const within = chosen.slice(-format.most);
    // Read again when they are written: what memory no longer has whole is not held until then.
    const whole = () => wholeOf(within, options.recall, () => isAbandoned(reply));
    const notes = await notesOn(whole, chosen.length - within.length, format);
    const said = [...(format.holdsSecrets(options) ? [SECRETS] : []), ...notes];
    if (said.length > 0) reply.header(EXPORT_NOTE, said.join(' '));
    const [only] = within;
    const name = chosen.length === 1 ? `connection-${only?.id}` : 'connections';
    reply.header('content-disposition', `attachment; filename="tlscope-${name}.${format.extension}"`);
    return reply.type(format.type).send(
      Readable.from(
        inTurns(format.parts(whole(), options, notes), (error) => {
          // Before, the server answers it and reports it.
          if (reply.raw.headersSent) options.onError(error);
        }),
      ),
    );
  });
}

async function* wholeOf(
  connections: readonly Connection[],
  recall: Recall,
  isAbandoned: () => boolean,
): AsyncGenerator<Connection, void> {
  for (const connection of connections) {
    if (isAbandoned()) return;
    yield await recall.connection(connection);
  }
}

/** Those that the filter matches, found in short stretches. */
async function matching(
  connections: readonly Connection[],
  filter: ListFilter,
  isAbandoned: () => boolean,
): Promise<readonly Connection[]> {
  const found: Connection[] = [];
  const turn = new Turn();
  for (const connection of connections) {
    if (await filter.connection(connection)) found.push(connection);
    if (turn.isOver) await turn.next();
    if (isAbandoned()) break;
  }
  return found;
}

function isOfConnections(format: ExportQuery['format']): format is ExportFormat {
  return Object.hasOwn(FORMATS, format);
}

const SECRETS = 'This file holds secrets: whoever has it can read what was sent in these connections.';

/** @param beyond how many are left out for want of room */
async function notesOn(
  whole: () => AsyncIterable<Connection>,
  beyond: number,
  { most, lacks }: FormatRow,
): Promise<string[]> {
  const without: number[] = [];
  if (lacks !== undefined) {
    const turn = new Turn();
    for await (const connection of whole()) {
      if (!lacks.has(connection)) without.push(connection.id);
      if (turn.isOver) await turn.next();
    }
  }
  return [
    ...(beyond > 0 ? [`Left out: the ${beyond} oldest, as a file holds ${most} connections.`] : []),
    ...(without.length > 0 ? [`Left out, as ${lacks?.missing} of them: ${listed(without)}.`] : []),
  ];
}

async function* pcapngParts(
  connections: AsyncIterable<Connection>,
  { detail, version }: ExportOptions,
  notes: readonly string[],
): AsyncGenerator<Uint8Array, void> {
  const file = new PcapngFile({ startedAt: detail.startedAt, version, notes });
  yield file.head();
  for await (const connection of connections) {
    const part = file.part(connection);
    if (part !== undefined) yield part;
  }
}

async function* jsonParts(
  connections: AsyncIterable<Connection>,
  { detail, state }: ExportOptions,
): AsyncGenerator<string, void> {
  let before = '[\n';
  for await (const connection of connections) {
    const exchanges = [...state.current().exchangesOf(connection.id)];
    for (const part of connectionJson(detailOf(connection, detail), exchanges)) {
      yield before + part;
      before = '';
    }
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

async function* keyLogParts(connections: AsyncIterable<Connection>): AsyncGenerator<string, void> {
  for await (const connection of connections) yield keyLogOf(connection);
}
