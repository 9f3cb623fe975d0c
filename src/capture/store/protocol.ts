/** What the main thread and the worker say to each other. The worker takes everything in the order it was said. */

import type { Deletion } from '../deletion.ts';
import type { Batch } from './batch.ts';
import type { BodyPage, Left } from './database.ts';
import type { EventPage } from './event-page.ts';
import type { Grown, SearchPage } from './search-index.ts';

/** Whether the worker writes a new file or reads an old one. */
export type WorkerData =
  | {
      readonly mode: 'write';
      readonly path: string;
      readonly meta: Readonly<Record<string, string>>;
      readonly maxBytes: number;
      /** Whether it goes with the process, and nobody else reads it. */
      readonly isTemporary: boolean;
    }
  | { readonly mode: 'read'; readonly path: string };

export type Question =
  | { readonly ask: 'body'; readonly exchange: number; readonly side: number; readonly after: number }
  | { readonly ask: 'about' }
  | { readonly ask: 'events'; readonly after: number }
  | { readonly ask: 'connection'; readonly conn: number; readonly after: number }
  | {
      readonly ask: 'exchange';
      readonly conn: number;
      readonly exchange: number;
      readonly from: number;
      readonly to: number;
    }
  | { readonly ask: 'index'; readonly last: number }
  | { readonly ask: 'search'; readonly words: string; readonly after: number; readonly before: number }
  | { readonly ask: 'intend'; readonly deletion: Deletion }
  | { readonly ask: 'delete'; readonly deletion: Deletion }
  | { readonly ask: 'close' };

/** What each question is answered with. */
export interface Answers {
  readonly body: BodyPage;
  readonly about: About;
  readonly events: EventPage;
  /** Its events, those of its exchanges left out. */
  readonly connection: EventPage;
  /** Its events, oldest first, as lines of JSON. */
  readonly exchange: readonly string[];
  readonly index: Grown;
  readonly search: SearchPage;
  /** It stands in the file. */
  readonly intend: undefined;
  /** Whether nothing of it is left beside the file either. */
  readonly delete: boolean;
  readonly close: undefined;
}

export interface About {
  readonly meta: Readonly<Record<string, string>>;
  readonly first: number;
  readonly last: number;
  /** Whether what was deleted may still be read in the file's bytes. */
  readonly isUnfinished: boolean;
}

export type ToWorker =
  | { readonly kind: 'write'; readonly batch: Batch }
  | { readonly kind: 'question'; readonly id: number; readonly question: Question };

export type FromWorker =
  /** The batch is in the file, or was thrown away after a failure; its buffer comes back. */
  | { readonly kind: 'written'; readonly buffer: ArrayBuffer; readonly left: Left }
  /** Nothing more will be written. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answers[keyof Answers] }
  | { readonly kind: 'refused'; readonly id: number; readonly reason: string };
