/**
 * Golden flows: a recorded connection as text that a person can read and edit.
 *
 *     # comment
 *     >>> client            bytes the client sent, as a hex dump
 *     00000000  16 03 01 …
 *     <<< server            bytes the server sent
 *     secret LABEL hex      a key log entry, where it arrived
 *     secret LABEL random hex   the same with the client random it belongs to
 *     === expected          what the decoder makes of it; `--update` rewrites it
 */
import type { TlsRole } from '../../../src/shared/model.ts';

export type Step = { readonly kind: 'bytes'; readonly sender: TlsRole; readonly bytes: Uint8Array } | SecretStep;

export interface SecretStep {
  readonly kind: 'secret';
  readonly label: string;
  readonly secret: Uint8Array;
  /** Only where it takes one to tell whose it is. */
  readonly clientRandom?: Uint8Array;
}

export interface Flow {
  readonly comments: readonly string[];
  readonly steps: readonly Step[];
  /** Empty when the file has none yet. */
  readonly expected: string;
}

const EXPECTED = '=== expected\n';
const SENDERS: Readonly<Record<string, TlsRole>> = { '>>> client': 'client', '<<< server': 'server' };

/** @throws on a line that fits nothing above: a fixture is ours, so that is a mistake. */
export function parseFlow(text: string): Flow {
  const [input = '', expected = ''] = text.split(EXPECTED);
  const comments: string[] = [];
  const steps: Step[] = [];
  let sender: TlsRole | undefined;
  let dump: number[] = [];
  const flush = () => {
    if (sender) steps.push({ kind: 'bytes', sender, bytes: Uint8Array.from(dump) });
    sender = undefined;
    dump = [];
  };
  for (const line of input.split('\n')) {
    const secret = /^secret (\S+) (?:([0-9a-f]{64}) )?([0-9a-f]+)$/.exec(line);
    const row = /^[0-9a-f]{8} {2}((?:[0-9a-f]{2} +)+)/.exec(`${line} `);
    if (SENDERS[line]) {
      flush();
      sender = SENDERS[line];
    } else if (secret) {
      flush();
      const [, label = '', random, hex = ''] = secret;
      const clientRandom = random === undefined ? {} : { clientRandom: Buffer.from(random, 'hex') };
      steps.push({ kind: 'secret', label, secret: Buffer.from(hex, 'hex'), ...clientRandom });
    } else if (row && sender) {
      dump.push(...Buffer.from(row[1]!.replaceAll(' ', ''), 'hex'));
    } else if (line.startsWith('#')) {
      comments.push(line);
    } else if (line.trim() !== '') {
      throw new Error(`not a line of a flow: ${line}`);
    }
  }
  flush();
  return { comments, steps, expected };
}

export function formatFlow({ comments, steps, expected }: Flow): string {
  const lines = [...comments];
  for (const step of steps) {
    if (step.kind === 'secret') {
      const random = step.clientRandom && Buffer.from(step.clientRandom).toString('hex');
      const words = ['secret', step.label, random, Buffer.from(step.secret).toString('hex')];
      lines.push(words.filter((word) => word !== undefined).join(' '));
      continue;
    }
    lines.push(step.sender === 'client' ? '>>> client' : '<<< server');
    for (let at = 0; at < step.bytes.length; at += 16) lines.push(dumpRow(step.bytes.subarray(at, at + 16), at));
  }
  return `${lines.join('\n')}\n${EXPECTED}${expected}`;
}

function dumpRow(bytes: Uint8Array, at: number): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `${at.toString(16).padStart(8, '0')}  ${hex}`;
}
