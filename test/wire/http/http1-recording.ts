/** Records what an observer of HTTP/1 tells, in lines that a test can compare. */

import type { HeaderPair } from '../../../src/shared/exchange.ts';
import type { Issue, TlsRole } from '../../../src/shared/model.ts';
import type { Bounds } from '../../../src/wire/http/http1/message-reader.ts';
import { Http1Observer } from '../../../src/wire/http/http1.ts';
import type { HttpSink } from '../../../src/wire/http/observer.ts';

/** `>`: the client's bytes; `<`: the server's; `>.` and `<.`: its orderly end; `>!` and `<!`: its other one. */
export type Step = readonly ['>' | '<', string] | '>.' | '<.' | '>!' | '<!';

export interface Recording {
  /** Pieces of the same content are one line. */
  readonly lines: string[];
  /** Texts of issues, wherever they stood, in their order. */
  readonly said: string[];
}

export class Recorder implements HttpSink {
  readonly lines: string[] = [];
  readonly said: string[] = [];

  request(stream: number, head: Parameters<HttpSink['request']>[1]): void {
    const { version, method, target, authority, headers, wireBytes, issues } = head;
    this.lines.push(`${stream} ${method} ${target} ${version} for ${authority} ${pairs(headers)} ${wireBytes}`);
    this.#say(issues);
  }
  informational(stream: number, head: Parameters<HttpSink['informational']>[1]): void {
    this.lines.push(`${stream} then ${head.status} ${pairs(head.headers)}`);
    this.#say(head.issues);
  }
  response(stream: number, head: Parameters<HttpSink['response']>[1]): void {
    const { version, status, reason, headers, wireBytes, issues } = head;
    this.lines.push(`${stream} ${version} ${status} ${reason} ${pairs(headers)} ${wireBytes}`);
    this.#say(issues);
  }
  body(stream: number, sender: TlsRole, bytes: Uint8Array): void {
    const start = `${stream} ${sender}: `;
    const text = Buffer.from(bytes).toString('latin1');
    if (this.lines.at(-1)?.startsWith(start)) this.lines.push(this.lines.pop() + text);
    else this.lines.push(start + text);
  }
  ended(stream: number, sender: TlsRole, trailers: readonly HeaderPair[], wireBytes: number): void {
    this.lines.push(`${stream} ${sender} ended ${wireBytes}${trailers.length > 0 ? ` ${pairs(trailers)}` : ''}`);
  }
  cut(stream: number, cut: Parameters<HttpSink['cut']>[1]): void {
    this.lines.push(`${stream} cut by ${cut.by}, ${cut.how}`);
  }
  switched(stream: number, protocol: string): void {
    this.lines.push(`${stream} switched to ${protocol}`);
  }
  issue(issue: Issue): void {
    this.#say([issue]);
  }
  lost(sender: TlsRole, offset: number, reason: string): void {
    this.lines.push(`lost ${sender} at ${offset}`);
    this.said.push(reason);
  }
  #say(issues: readonly Issue[]): void {
    this.said.push(...issues.map((issue) => issue.text));
  }
}

function pairs(headers: readonly HeaderPair[]): string {
  return JSON.stringify(headers.map(([name, value]) => (name === '' ? `(${value})` : `${name}=${value}`)));
}

/** Feeds `steps`; `cut` gives the sizes of the pieces that a step's bytes come in, over and over. */
export function observe(steps: readonly Step[], cut: readonly number[] = [], bounds: Partial<Bounds> = {}): Recording {
  const recorder = new Recorder();
  const observer = new Http1Observer(recorder, bounds);
  let next = 0;
  for (const step of steps) {
    const sender = step[0] === '>' ? 'client' : 'server';
    if (typeof step === 'string') observer.end(sender, step[1] === '.', 0);
    else {
      const bytes = Buffer.from(step[1], 'latin1');
      for (let at = 0; at < bytes.length; ) {
        const size = cut.length > 0 ? cut[next++ % cut.length]! : bytes.length;
        observer.feed(sender, bytes.subarray(at, at + size), 0);
        at += size;
      }
    }
  }
  return recorder;
}
