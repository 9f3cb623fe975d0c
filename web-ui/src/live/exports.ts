/** Connections and exchanges as files, asked of the proxy. */
import { type ApiError, EXPORT_NOTE, type ExchangeExportFormat, type ExportFormat } from '../../../src/shared/api.ts';

/** What asking for a file came to. `note` says what is not in it, and whether it holds secrets. */
export type Exported =
  | { readonly kind: 'ok'; readonly file: Blob; readonly name: string; readonly note: string }
  | { readonly kind: 'error'; readonly text: string };

/** `GET /api/export?format=FORMAT&connections=ID`, authorised by the page's cookie. Never rejects. */
export function fetchExport(format: ExportFormat, id: number, get: typeof fetch = fetch): Promise<Exported> {
  return ask(`/api/export?format=${format}&connections=${id}`, `tlscope-connection-${id}.${format}`, get);
}

/** `GET /api/export?format=FORMAT&exchanges=ID`, authorised by the page's cookie. Never rejects. */
export function fetchExchangeExport(
  format: ExchangeExportFormat,
  id: number,
  get: typeof fetch = fetch,
): Promise<Exported> {
  return ask(`/api/export?format=${format}&exchanges=${id}`, `tlscope-exchange-${id}.${format}`, get);
}

async function ask(path: string, usualName: string, get: typeof fetch): Promise<Exported> {
  let response: Response;
  try {
    response = await get(path);
  } catch {
    return { kind: 'error', text: 'The proxy did not answer.' };
  }
  if (!response.ok) return { kind: 'error', text: await reason(response) };
  try {
    const file = await response.blob();
    const name = fileName(response.headers.get('content-disposition')) ?? usualName;
    return { kind: 'ok', file, name, note: response.headers.get(EXPORT_NOTE) ?? '' };
  } catch {
    return { kind: 'error', text: 'The proxy broke the file off before its end.' };
  }
}

/** What an answer that is no success says of itself. Never rejects. */
export async function reason(response: Response): Promise<string> {
  try {
    const { error, hint } = (await response.json()) as Partial<ApiError>;
    if (typeof error === 'string') return typeof hint === 'string' ? `${error} ${hint}` : error;
  } catch {
    // Not an answer of tlscope's API.
  }
  return `The proxy answered ${response.status}.`;
}

/** The name that the answer gives, without anything a path could be made of. */
function fileName(disposition: string | null): string | undefined {
  return /filename="([\w.-]+)"/.exec(disposition ?? '')?.[1];
}
