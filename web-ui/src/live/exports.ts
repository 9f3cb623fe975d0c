/** Connections and exchanges as files, asked of the proxy. */
import { EXPORT_NOTE, type ExchangeExportFormat, type ExportFormat } from '../../../src/shared/api.ts';
import { type Answered, ask } from './ask.ts';
import { readAll } from './read-all.ts';

/** What asking for a file came to. */
export type Exported = Answered<ExportedFile>;

export interface ExportedFile {
  readonly file: Blob;
  readonly name: string;
  /** What is not in it, and whether it holds secrets. */
  readonly note: string;
}

/** `GET /api/export?format=FORMAT&connections=ID`, authorised by the page's cookie. Never rejects. */
export function fetchExport(format: ExportFormat, id: number, get: typeof fetch = fetch): Promise<Exported> {
  return file(`/api/export?format=${format}&connections=${id}`, `tlscope-connection-${id}.${format}`, get);
}

export interface ExportOptions {
  /** What to mask in exchanges, in the words of the API's `redact`; files of connections have nothing masked. */
  readonly redact?: string;
  /** Told how many bytes have come. */
  readonly onProgress?: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

/** `GET /api/export?format=FORMAT&exchanges=ID`, authorised by the page's cookie. Never rejects. */
export function fetchExchangeExport(
  format: ExchangeExportFormat,
  id: number,
  get: typeof fetch = fetch,
  { redact = '', onProgress = () => {}, signal }: ExportOptions = {},
): Promise<Exported> {
  const path = `/api/export?format=${format}&exchanges=${id}${masked(redact)}`;
  return file(path, `tlscope-exchange-${id}.${format}`, get, onProgress, signal);
}

/**
 * `GET /api/export` of several: of connections in the formats of connections, else of exchanges. Numbers in a row are
 * asked for as a range, since an address has a bound. Never rejects.
 */
export async function fetchExportOf(
  format: ExportFormat | 'har' | 'jsonl',
  ids: readonly number[],
  get: typeof fetch = fetch,
  { redact = '', onProgress = () => {}, signal }: ExportOptions = {},
): Promise<Exported> {
  const kind = format === 'har' || format === 'jsonl' ? 'exchanges' : 'connections';
  const path = `/api/export?format=${format}&${kind}=${idsText(ids)}${kind === 'exchanges' ? masked(redact) : ''}`;
  if (path.length > LONGEST_PATH) {
    return { kind: 'error', text: 'So many rows from all over the list do not fit into one request; choose fewer.' };
  }
  return file(path, `tlscope-${kind}.${format}`, get, onProgress, signal);
}

function masked(redact: string): string {
  return redact === '' ? '' : `&redact=${encodeURIComponent(redact)}`;
}

/** Characters of an address that every HTTP server takes. */
const LONGEST_PATH = 12_000;

/** `1,4-9`: each once, rising. */
export function idsText(ids: readonly number[]): string {
  const sorted = [...new Set(ids)].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let at = 0; at < sorted.length; ) {
    let end = at;
    while (sorted[end + 1] === sorted[end]! + 1) end++;
    parts.push(end === at ? String(sorted[at]) : `${sorted[at]}-${sorted[end]}`);
    at = end + 1;
  }
  return parts.join(',');
}

async function file(
  path: string,
  usualName: string,
  get: typeof fetch,
  onProgress: (bytes: number) => void = () => {},
  signal?: AbortSignal,
): Promise<Exported> {
  try {
    return await ask(path, {
      get,
      ...(signal && { signal }),
      read: async (response) => {
        const bytes = await readAll(response, onProgress);
        return {
          file: new Blob([bytes], { type: response.headers.get('content-type') ?? '' }),
          name: fileName(response.headers.get('content-disposition')) ?? usualName,
          note: response.headers.get(EXPORT_NOTE) ?? '',
        };
      },
    });
  } catch {
    return { kind: 'error', text: 'Cancelled.' };
  }
}

/** The name that the answer gives, without anything a path could be made of. */
function fileName(disposition: string | null): string | undefined {
  return /filename="([\w.-]+)"/.exec(disposition ?? '')?.[1];
}
