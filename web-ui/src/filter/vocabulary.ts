/** Values that completion offers: what the lists hold, bounded. */
import type { Vocabulary } from '../../../src/filter/complete.ts';
import type { ExchangeSummary } from '../../../src/shared/exchange-summary.ts';
import type { ConnectionSummary } from '../../../src/shared/model.ts';

/** Newest subjects that are looked at. */
const LOOKED_AT = 500;

/** Values by field, each once, those of the newest first. */
export function vocabularyOf(
  connections: readonly ConnectionSummary[],
  exchanges: readonly ExchangeSummary[],
): Vocabulary {
  const found: Record<string, Set<string>> = {};
  const note = (field: string, value: string | undefined) => {
    if (!value) return;
    found[field] ??= new Set();
    found[field].add(value);
  };
  for (const { intent, legs } of connections.slice(-LOOKED_AT).reverse()) {
    note('host', intent?.host);
    for (const leg of [legs.client, legs.server]) {
      note('tls.suite', leg?.suite);
      note('tls.group', leg?.group);
      note('alpn', leg?.alpn);
      note('sni', leg?.sni);
      note('cause', leg?.failure?.cause);
      note('alert', leg?.failure?.alert);
    }
  }
  for (const { method, protocol, request, response, switchedTo } of exchanges.slice(-LOOKED_AT).reverse()) {
    note('method', method);
    note('protocol', switchedTo ?? protocol);
    note('request.type', request.type.split(';', 1)[0]);
    note('type', response?.type.split(';', 1)[0]);
    note('status', response && String(response.status));
  }
  return Object.fromEntries(Object.entries(found).map(([field, values]) => [field, [...values]]));
}
