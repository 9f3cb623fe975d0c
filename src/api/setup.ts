/** `GET /api/setup`: what a client needs to be told, so that it goes through the proxy and trusts it. */
import type { FastifyInstance } from 'fastify';
import type { Setup } from '../shared/api.ts';
import { refuse } from './answers.ts';

export interface SetupOptions {
  /** None where there is no proxy, as with a session that was opened. */
  readonly setup?: (() => Promise<Setup>) | undefined;
}

export function addSetup(app: FastifyInstance, { setup }: SetupOptions): void {
  app.get('/setup', async (_request, reply) => {
    if (setup !== undefined) return setup();
    const hint = 'A session that was opened is only looked at; start tlscope as a proxy.';
    return refuse(reply, { status: 409, error: 'There is no proxy here to set a client up for.', hint });
  });
}
