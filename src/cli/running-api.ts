/** The API of a running tlscope, for the commands that ask it for something. */
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { reasonOf, UserError } from '../errors.ts';
import type { ApiError } from '../shared/api.ts';
import { printable } from '../wire/x509/printable.ts';
import { commandWords } from './command-words.ts';

/** Ms for it to begin its answer. */
const PATIENCE = 10_000;

/** Reads `http://HOST:PORT` or `HOST:PORT`. @throws UserError `option-invalid` */
export function readUiAddress(ui: string): URL {
  const url = URL.parse(ui.includes('://') ? ui : `http://${ui}`);
  if (url?.protocol === 'http:' && url.hostname !== '') return url;
  const expected = 'Give the address of the dashboard, like http://127.0.0.1:8081.';
  throw new UserError('option-invalid', { option: '--ui', value: ui, expected });
}

/**
 * The answer, once it is known to be one of tlscope's.
 * @param isOurs tells it by its headers
 * @param body JSON to POST; GET without it
 * @param patience ms for the answer to begin
 * @throws UserError `api-not-running`, `token-refused`, or `api-refused` with what tlscope says
 */
export async function askApi(
  url: URL,
  token: string,
  isOurs: (headers: IncomingHttpHeaders) => boolean,
  body?: string,
  patience = PATIENCE,
): Promise<IncomingMessage> {
  const address = url.host;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
  };
  // No agent: no proxy variable of the environment gets in between.
  const asked = request(url, { agent: false, method: body === undefined ? 'GET' : 'POST', headers }, resolve);
  asked.once('error', reject);
  asked.setTimeout(patience, () => asked.destroy(new Error('no answer')));
  asked.end(body);
  const answer = await promise.catch((error: unknown) => {
    throw new UserError('api-not-running', { address, reason: reasonOf(error) });
  });
  // From here on it may take its time.
  asked.setTimeout(0);
  const { statusCode = 0 } = answer;
  if (statusCode >= 200 && statusCode < 300 && isOurs(answer.headers)) return answer;
  if (statusCode === 401) throw new UserError('token-refused', { address });
  const refusal = readRefusal(await text(answer).catch(() => ''));
  if (refusal === undefined) throw new UserError('api-not-running', { address, reason: `${statusCode}` });
  const say = (sentence: string) => printable(commandWords(sentence));
  throw new UserError('api-refused', { error: say(refusal.error), hint: say(refusal.hint) });
}

function readRefusal(body: string): ApiError | undefined {
  try {
    const { error, hint } = JSON.parse(body) as Partial<ApiError>;
    return typeof error === 'string' && typeof hint === 'string' ? { error, hint } : undefined;
  } catch {
    return undefined;
  }
}
