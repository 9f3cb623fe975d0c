/** Connections as files, asked of the proxy. */
import { type ApiError, EXPORT_NOTE, type ExportFormat } from '../../../src/shared/api.ts';

/** What asking for a file came to. `note` says what is not in it, and whether it holds secrets. */
export type Exported =
  | { readonly kind: 'ok'; readonly file: Blob; readonly name: string; readonly note: string }
  | { readonly kind: 'error'; readonly text: string };

/** `GET /api/export?format=FORMAT&connections=ID`, authorised by the page's cookie. Never rejects. */
export async function fetchExport(format: ExportFormat, id: number, get: typeof fetch = fetch): Promise<Exported> {
  let response: Response;
  try {
    response = await get(`/api/export?format=${format}&connections=${id}`);
  } catch {
    return { kind: 'error', text: 'The proxy did not answer.' };
  }
  if (!response.ok) return { kind: 'error', text: await reason(response) };
  try {
    const file = await response.blob();
    const name = fileName(response.headers.get('content-disposition')) ?? `tlscope-connection-${id}.${format}`;
    return { kind: 'ok', file, name, note: response.headers.get(EXPORT_NOTE) ?? '' };
  } catch {
    return { kind: 'error', text: 'The proxy broke the file off before its end.' };
  }
}

async function reason(response: Response): Promise<string> {
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
