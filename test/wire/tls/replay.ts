/** Replays a golden flow into a session and gathers what comes out. */
import { readdirSync, readFileSync } from 'node:fs';
import { nodeOpener } from '../../../src/crypto/opener.ts';
import type { Negotiated } from '../../../src/shared/events.ts';
import type { Alert, TlsRole } from '../../../src/shared/model.ts';
import type { WireMessage } from '../../../src/wire/tls/message.ts';
import type { OpenerFactory } from '../../../src/wire/tls/opener.ts';
import { TlsSession, type TlsSessionOptions } from '../../../src/wire/tls/session.ts';
import { type Flow, parseFlow, type Step } from './flow.ts';

export const FOLDER = new URL('../../fixtures/tls/', import.meta.url);

/** Every recorded flow by its name. */
export const flows: ReadonlyMap<string, Flow> = new Map(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.flow'))
    .sort()
    .map((file) => [file.replace('.flow', ''), parseFlow(readFileSync(new URL(file, FOLDER), 'utf8'))]),
);

export type Outcome =
  | { readonly kind: 'message'; readonly message: WireMessage }
  | { readonly kind: 'alert'; readonly alert: Alert }
  | { readonly kind: 'limited'; readonly reason: string };

export interface ReplayOptions extends Pick<TlsSessionOptions, 'budget' | 'dataBudget' | 'decompress'> {
  readonly withoutOpener?: boolean;
  readonly opener?: OpenerFactory;
}

/** A session and what its sink was told, in order. */
export class Replay {
  readonly outcomes: Outcome[] = [];
  readonly session: TlsSession;
  readonly #unwanted = new Set<TlsRole>();

  constructor(options: ReplayOptions = {}) {
    const { withoutOpener, opener, ...others } = options;
    this.session = new TlsSession({
      ...(!withoutOpener && { opener: opener ?? nodeOpener }),
      ...others,
      sink: {
        message: (message) => this.outcomes.push({ kind: 'message', message }),
        alert: (alert) => this.outcomes.push({ kind: 'alert', alert }),
        limited: (reason) => this.outcomes.push({ kind: 'limited', reason }),
      },
    });
  }

  get messages(): WireMessage[] {
    return this.outcomes.flatMap((outcome) => (outcome.kind === 'message' ? [outcome.message] : []));
  }

  get alerts(): Alert[] {
    return this.outcomes.flatMap((outcome) => (outcome.kind === 'alert' ? [outcome.alert] : []));
  }

  get limits(): string[] {
    return this.outcomes.flatMap((outcome) => (outcome.kind === 'limited' ? [outcome.reason] : []));
  }

  get negotiated(): Negotiated {
    return this.session.negotiated;
  }

  /** Feeds a step as a tap would: a direction that is not wanted any more is not fed. */
  step(step: Step, at: number): void {
    if (step.kind === 'secret') this.session.secret(step.label, step.secret, step.clientRandom);
    else this.feed(step.sender, step.bytes, at);
  }

  feed(sender: TlsRole, bytes: Uint8Array, at: number): void {
    if (!this.#unwanted.has(sender) && !this.session.feed(sender, bytes, at)) this.#unwanted.add(sender);
  }

  /** What one side said, as JSON: everything but `n`, which counts both sides. */
  said(sender: TlsRole): unknown[] {
    return this.outcomes.flatMap((outcome) => {
      if (outcome.kind === 'limited') return [];
      const said = outcome.kind === 'message' ? { ...outcome.message.toJSON(), n: 0 } : outcome.alert;
      return said.sender === sender ? [said] : [];
    });
  }
}

/** A flow marked `# read on` is about what comes behind application data. */
export function optionsOf({ comments }: Flow): ReplayOptions {
  return comments.includes('# read on') ? { dataBudget: Infinity } : {};
}

export function replay(steps: readonly Step[], options?: ReplayOptions): Replay {
  const result = new Replay(options);
  for (const [at, step] of steps.entries()) result.step(step, at);
  result.session.end();
  return result;
}
