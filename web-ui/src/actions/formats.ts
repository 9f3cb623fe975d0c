/** In which formats chosen rows are exported, the likeliest first. */
import type { ExportFormat } from '../../../src/shared/api.ts';
import type { Chosen } from './chosen.ts';

export type ChosenFormat = ExportFormat | 'har' | 'jsonl' | 'curl';

export interface FormatRow {
  readonly format: ChosenFormat;
  readonly label: string;
  readonly title: string;
  /** It holds exchanges, else connections. */
  readonly ofExchanges: boolean;
}

const row = (format: ChosenFormat, label: string, title: string): FormatRow => ({
  format,
  label,
  title,
  ofExchanges: format === 'har' || format === 'jsonl' || format === 'curl',
});

const PCAPNG = row('pcapng', 'pcapng', 'Both legs of the connections, which Wireshark opens decrypted');
const HAR = row('har', 'HAR', 'The exchanges with their bodies');
const CURL = row('curl', 'curl', 'The request as a command for a shell');
const JSONL = row('jsonl', 'JSON lines', 'The exchanges, one a line');
const JSON_ROW = row('json', 'JSON', 'The connections with their handshakes');
const KEYLOG = row('keylog', 'Key log', 'The secrets of the connections in NSS key log format');

/** Of exchanges those of exchanges come first; a command is offered for one alone. */
export function formatsFor({ noun, exchanges }: Pick<Chosen, 'noun' | 'exchanges'>): readonly FormatRow[] {
  if (noun !== 'exchange') return [PCAPNG, HAR, JSONL, JSON_ROW, KEYLOG];
  return [HAR, ...(exchanges.length === 1 ? [CURL] : []), JSONL, PCAPNG, JSON_ROW, KEYLOG];
}
