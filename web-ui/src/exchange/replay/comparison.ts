/** What came back when a request was sent again, beside what came back before. */
import type { HeaderPair, HttpExchange } from '../../../../src/shared/exchange.ts';
import { bytes, duration } from '../../text/format.ts';

export interface Difference {
  readonly name: string;
  /** Absent where there was none. */
  readonly before?: string;
  readonly after?: string;
  readonly isSame: boolean;
}

export interface Answers {
  /** Status, size, type and time, whether they differ or not. */
  readonly facts: readonly Difference[];
  /** Fields that differ, of the request and of the response. */
  readonly request: readonly Difference[];
  readonly response: readonly Difference[];
  /** Fields that are the same in both responses. */
  readonly sameFields: number;
}

export function compareAnswers(before: HttpExchange, after: HttpExchange): Answers {
  const response = fieldDifferences(before.response?.headers ?? [], after.response?.headers ?? []);
  return {
    facts: [
      fact('Request', before, after, ({ request }) => `${request.method} ${request.target}`),
      fact('Status', before, after, statusOf),
      fact('Content', before, after, ({ response }) => response && bytes(response.body.size)),
      fact('Time', before, after, ({ at }) => (at.ended === undefined ? undefined : duration(at.ended - at.started))),
    ],
    request: fieldDifferences(before.request.headers, after.request.headers).filter(({ isSame }) => !isSame),
    response: response.filter(({ isSame }) => !isSame),
    sameFields: response.filter(({ isSame }) => isSame).length,
  };
}

function statusOf({ response, outcome }: HttpExchange): string | undefined {
  if (response) return response.reason ? `${response.status} ${response.reason}` : String(response.status);
  return outcome.state === 'open' ? undefined : outcome.state;
}

function fact(
  name: string,
  before: HttpExchange,
  after: HttpExchange,
  read: (exchange: HttpExchange) => string | undefined,
): Difference {
  return difference(name, read(before), read(after));
}

function difference(name: string, before: string | undefined, after: string | undefined): Difference {
  return {
    name,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    isSame: before === after,
  };
}

/** By name in any case, several values of a name as one; in the order of the first, then of the second. */
function fieldDifferences(before: readonly HeaderPair[], after: readonly HeaderPair[]): Difference[] {
  const [had, has] = [byName(before), byName(after)];
  return [...new Set([...had.keys(), ...has.keys()])].map((name) => difference(name, had.get(name), has.get(name)));
}

function byName(fields: readonly HeaderPair[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const [each, value] of fields) {
    const name = each.toLowerCase();
    const earlier = found.get(name);
    found.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return found;
}
