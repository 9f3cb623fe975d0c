/** Schemas of what the API takes and of the connection list; the compiler keeps them equal to the model. */
import { type Static, Type } from 'typebox';
import { EXCHANGE_EXPORT_FORMATS, type ExchangeExportFormat, type ExportFormat } from '../shared/api.ts';
import type { FailureCause, FailureStage } from '../shared/model.ts';

const Seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

export const ConnectionParams = Type.Object({
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
});
export type ConnectionParams = Static<typeof ConnectionParams>;

export const MAX_EVENTS = 10_000;

export const EventsQuery = Type.Object({
  since: Type.Integer({ ...Seq, default: 0 }),
  limit: Type.Integer({ minimum: 1, maximum: MAX_EVENTS, default: 1000 }),
});
export type EventsQuery = Static<typeof EventsQuery>;

const MAX_EXCHANGES = 10_000;

export const ConnectionsQuery = Type.Object({
  /** Of docs/filter.md. */
  filter: Type.Optional(Type.String()),
});
export type ConnectionsQuery = Static<typeof ConnectionsQuery>;

export const ExchangesQuery = Type.Object({
  since: Type.Integer({ ...Seq, default: 0 }),
  limit: Type.Integer({ minimum: 1, maximum: MAX_EXCHANGES, default: 1000 }),
  /** Of docs/filter.md. */
  filter: Type.Optional(Type.String()),
});
export type ExchangesQuery = Static<typeof ExchangesQuery>;

export const MatchingQuery = Type.Object({
  /** Of docs/filter.md. */
  filter: Type.String(),
  /** Ids: of those beyond alone. */
  connections: Type.Integer({ ...Seq, default: 0 }),
  exchanges: Type.Integer({ ...Seq, default: 0 }),
});
export type MatchingQuery = Static<typeof MatchingQuery>;

export const MAX_HITS = 1000;

export const SearchQuery = Type.Object({
  q: Type.String({ maxLength: 1000 }),
  limit: Type.Integer({ minimum: 1, maximum: MAX_HITS, default: 100 }),
  /** Told as it is found, a line of JSON a step. */
  steps: Type.Unsafe<'0' | '1'>(Type.Enum(['0', '1'], { default: '0' })),
});
export type SearchQuery = Static<typeof SearchQuery>;

export const BodyQuery = Type.Object({
  side: Type.Unsafe<'request' | 'response'>(Type.Enum(['request', 'response'])),
  decoded: Type.Unsafe<'0' | '1'>(Type.Enum(['0', '1'], { default: '0' })),
  /** `FROM-TO`, both included and from 0; without TO, to the end. */
  range: Type.Optional(Type.String({ pattern: '^\\d{1,15}-(\\d{1,15})?$' })),
});
export type BodyQuery = Static<typeof BodyQuery>;

export const ExportQuery = Type.Object({
  format: Type.Unsafe<ExportFormat | ExchangeExportFormat>(
    Type.Enum(['pcapng', 'json', 'keylog', ...EXCHANGE_EXPORT_FORMATS]),
  ),
  connections: Type.String({ default: 'all', maxLength: 100_000 }),
  exchanges: Type.String({ default: 'all', maxLength: 100_000 }),
  /** Of those only what it matches; of docs/filter.md. */
  filter: Type.Optional(Type.String()),
  /** Of exchanges: with their bodies. */
  bodies: Type.Unsafe<'0' | '1'>(Type.Enum(['0', '1'], { default: '1' })),
  /** Of exchanges: what to mask, as `cookies,authorization,header:NAME,query:KEY,field:KEY`. */
  redact: Type.String({ default: '', maxLength: 10_000 }),
});
export type ExportQuery = Static<typeof ExportQuery>;

/** RFC 9110 §5.1, and the pseudo-header fields of HTTP/2. */
const FieldName = Type.String({
  pattern: "^:?[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
  maxLength: 65_536,
  description: 'the name of a field (RFC 9110, Section 5.1)',
});
/** What Node's clients send of RFC 9110 §5.5: a character is an octet, and no control but HTAB. */
const FieldValue = Type.String({
  pattern: '^[\\t\\x20-\\x7e\\x80-\\xff]*$',
  maxLength: 65_536,
  description: 'the value of a field, without CR, LF, NUL and characters beyond U+00FF (RFC 9110, Section 5.5)',
});

export const ReplayBody = Type.Object(
  {
    method: Type.Optional(Type.String({ pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$" })),
    target: Type.Optional(Type.String({ pattern: '^(/[\\x21-\\x7e]*|\\*)$', maxLength: 65_536 })),
    headers: Type.Optional(Type.Array(Type.Tuple([FieldName, FieldValue]), { maxItems: 1000 })),
    /** Base64. */
    body: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$' })),
  },
  { additionalProperties: false },
);
export type ReplayBody = Static<typeof ReplayBody>;

const Ids = Type.Array(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), {
  maxItems: 500_000,
  default: [],
});

export const DeleteBody = Type.Object(
  { connections: Ids, exchanges: Ids, all: Type.Boolean({ default: false }) },
  { additionalProperties: false },
);
export type DeleteBody = Static<typeof DeleteBody>;

const Globs = Type.Array(Type.String({ maxLength: 1000 }), { maxItems: 1000, default: [] });

export const PassthroughBody = Type.Object({ add: Globs, remove: Globs }, { additionalProperties: false });
export type PassthroughBody = Static<typeof PassthroughBody>;

const words = <T extends string>(...values: T[]) => Type.Unsafe<T>(Type.Enum(values));

const Endpoint = Type.Object({ address: Type.String(), port: Type.Integer() });

const Failure = Type.Object({
  stage: Type.Unsafe<FailureStage>(Type.String()),
  by: words('peer', 'proxy'),
  cause: Type.Unsafe<FailureCause>(Type.String()),
  alert: Type.Optional(Type.String()),
  errorCode: Type.Optional(Type.String()),
  text: Type.String(),
  remedy: Type.Optional(Type.String()),
});

const LegHeadline = Type.Object({
  state: Type.Optional(words('waiting', 'negotiating', 'established', 'failed')),
  version: Type.Optional(Type.String()),
  suite: Type.Optional(Type.String()),
  group: Type.Optional(Type.String()),
  alpn: Type.Optional(Type.String()),
  sni: Type.Optional(Type.String()),
  ja4: Type.Optional(Type.String()),
  visibility: Type.Optional(words('full', 'partial', 'none')),
  failure: Type.Optional(Failure),
  at: Type.Optional(
    Type.Object({
      startedAt: Type.Optional(Type.Number()),
      establishedAt: Type.Optional(Type.Number()),
      failedAt: Type.Optional(Type.Number()),
    }),
  ),
  bytes: Type.Object({ sent: Type.Number(), received: Type.Number() }),
});

const ConnectionSummary = Type.Object({
  id: Type.Integer(),
  openedAt: Type.Number(),
  closedAt: Type.Optional(Type.Number()),
  from: Endpoint,
  intent: Type.Optional(
    Type.Object({
      how: words('connect', 'absolute', 'origin', 'tls', 'other'),
      host: Type.String(),
      port: Type.Integer(),
    }),
  ),
  decision: Type.Optional(
    Type.Object({
      action: words('intercept', 'tunnel', 'forward', 'serve', 'refuse'),
      reason: Type.String(),
    }),
  ),
  legs: Type.Object({ client: Type.Optional(LegHeadline), server: Type.Optional(LegHeadline) }),
  differences: Type.Optional(Type.Integer()),
  end: Type.Optional(
    Type.Object({
      by: words('client', 'server', 'proxy'),
      cause: words('finished', 'failed', 'reset', 'aborted', 'refused', 'shutdown', 'timeout', 'error'),
      text: Type.String(),
    }),
  ),
});

/** `GET /api/connections`. */
export const ConnectionList = Type.Array(ConnectionSummary);
export type ConnectionList = Static<typeof ConnectionList>;
