/** The child's half of the question-and-answer channel over Node's IPC; `child.ts` is the other half. */

export interface Question {
  readonly id: number;
  readonly ask: string;
  readonly with?: unknown;
}

export interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

/**
 * Answers the parent's questions by name; several modules of one process may each answer their own.
 * A process that only answers is held alive by it; one that has a life of its own (`hold` false) is not.
 */
export function answer(handlers: Handlers, { hold }: { readonly hold: boolean } = { hold: true }): void {
  process.on('message', async (question: Question) => {
    const handler = handlers[question.ask];
    if (!handler) return;
    let reply: Reply;
    try {
      reply = { id: question.id, result: await handler(question.with as never) };
    } catch (error) {
      reply = { id: question.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    process.send?.(reply);
  });
  if (hold) process.channel?.ref();
  else process.channel?.unref();
}
