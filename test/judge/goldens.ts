/** Golden flows with what tshark said of each: those of test/fixtures/tls and those recorded for the judge alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { type Flow, parseFlow } from '../wire/tls/flow.ts';

export interface Golden {
  readonly name: string;
  readonly flow: Flow;
  /** Recorded for the judge alone. */
  readonly isJudges: boolean;
  /** Where tshark's answer is kept. */
  readonly answer: URL;
}

const ANSWERS = new URL('../fixtures/judge/', import.meta.url);
const FOLDERS = [new URL('../fixtures/tls/', import.meta.url), new URL('flows/', ANSWERS)];

/** All of them, in order of their names. */
export function goldens(): Golden[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.flow'))
      .sort()
      .map((file) => ({
        name: file.replace('.flow', ''),
        flow: parseFlow(readFileSync(new URL(file, folder), 'utf8')),
        isJudges: folder === FOLDERS[1],
        answer: new URL(`answers/${file.replace('.flow', '.txt')}`, ANSWERS),
      })),
  );
}

/** Where a flow that was recorded for the judge is kept. */
export function flowFile(name: string): URL {
  return new URL(`flows/${name}.flow`, ANSWERS);
}

/** Flows in which tshark 4.0 opens less than we do, and why. What it opens has to be the same. */
export const JUDGE_OPENS_LESS: ReadonlyMap<string, string> = new Map([
  ['compressed-zlib', 'this tshark decompresses brotli alone'],
  ['tls12-aria', 'no ARIA, and so not the key exchange of its suites either'],
  ['tls12-psk', 'the key exchange of ECDHE_PSK stays closed'],
  ['tls13-post-handshake-certificate', "the client's records behind the second Certificate stay closed"],
]);
