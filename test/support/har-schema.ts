/**
 * HAR 1.2 as a schema (http://www.softwareishard.com/blog/har-12-spec/): every object with its required and optional
 * members, and others only under names that begin with `_`.
 */
import { Type } from 'typebox';
import { Errors } from 'typebox/value';

const Comment = { comment: Type.Optional(Type.String()) };

function object(members: Parameters<typeof Type.Object>[0]) {
  const known = Object.keys({ ...members, ...Comment });
  return Type.Object(
    { ...members, ...Comment },
    { propertyNames: { anyOf: [{ enum: known }, { type: 'string', pattern: '^_' }] } },
  );
}

const Iso = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$' });
const Size = Type.Integer({ minimum: -1 });
const Phase = Type.Number({ minimum: -1 });
const Duration = Type.Number({ minimum: 0 });
const Pair = object({ name: Type.String(), value: Type.String() });

const Cookie = object({
  name: Type.String(),
  value: Type.String(),
  path: Type.Optional(Type.String()),
  domain: Type.Optional(Type.String()),
  expires: Type.Optional(Iso),
  httpOnly: Type.Optional(Type.Boolean()),
  secure: Type.Optional(Type.Boolean()),
});

const Message = {
  httpVersion: Type.String(),
  cookies: Type.Array(Cookie),
  headers: Type.Array(Pair),
  headersSize: Size,
  bodySize: Size,
};

const Param = object({
  name: Type.String(),
  value: Type.Optional(Type.String()),
  fileName: Type.Optional(Type.String()),
  contentType: Type.Optional(Type.String()),
});

const Request = object({
  ...Message,
  method: Type.String(),
  url: Type.String({ pattern: '^[a-z][a-z0-9+.-]*://' }),
  queryString: Type.Array(Pair),
  postData: Type.Optional(
    object({ mimeType: Type.String(), params: Type.Optional(Type.Array(Param)), text: Type.Optional(Type.String()) }),
  ),
});

const Response = object({
  ...Message,
  status: Type.Integer({ minimum: 0 }),
  statusText: Type.String(),
  redirectURL: Type.String(),
  content: object({
    size: Type.Integer({ minimum: 0 }),
    compression: Type.Optional(Type.Integer()),
    mimeType: Type.String(),
    text: Type.Optional(Type.String()),
    encoding: Type.Optional(Type.String()),
  }),
});

const Entry = object({
  pageref: Type.Optional(Type.String()),
  startedDateTime: Iso,
  time: Duration,
  request: Request,
  response: Response,
  cache: Type.Object({}),
  timings: object({
    blocked: Type.Optional(Phase),
    dns: Type.Optional(Phase),
    connect: Type.Optional(Phase),
    ssl: Type.Optional(Phase),
    send: Duration,
    wait: Duration,
    receive: Duration,
  }),
  serverIPAddress: Type.Optional(Type.String()),
  connection: Type.Optional(Type.String()),
});

const Program = object({ name: Type.String(), version: Type.String() });

const Har = Type.Object(
  {
    log: object({
      version: Type.Literal('1.2'),
      creator: Program,
      browser: Type.Optional(Program),
      pages: Type.Optional(Type.Array(Type.Object({}))),
      entries: Type.Array(Entry),
    }),
  },
  { additionalProperties: false },
);

/** What is wrong with it, one line each. */
export function harFaults(har: unknown): string[] {
  return [...Errors(Har, har)].map(({ instancePath, message }) => `${instancePath}: ${message}`);
}
