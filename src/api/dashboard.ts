/** The dashboard's files, and the door by which its page gets the cookie. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { Access } from './access.ts';

const NOT_BUILT = `tlscope runs, but its dashboard is not built.

Build it with:  npm run build:ui
then start tlscope again. The API under /api works without it.
`;

const WRONG_TOKEN = `This is not the token of this tlscope.

Open the dashboard by the address that tlscope printed at start.
`;

/**
 * Serves `uiDir`. Its files hold nothing secret, so they need no token; what the page asks of the API does.
 * `/?token=TOKEN` trades the token for a cookie and leads to `/`, so that it stays in no history or bookmark.
 */
export async function addDashboard(app: FastifyInstance, uiDir: string, access: Access): Promise<void> {
  app.addHook('onRequest', async (request, reply) => {
    const [path, query] = request.url.split('?', 2);
    if (path !== '/' || query === undefined) return;
    const token = new URLSearchParams(query).get('token');
    if (token === null) return;
    if (!access.knows(token)) return reply.code(401).type('text/plain; charset=utf-8').send(WRONG_TOKEN);
    return reply.header('set-cookie', access.cookie()).redirect('/', 303);
  });
  if (existsSync(join(uiDir, 'index.html'))) {
    await app.register(fastifyStatic, { root: uiDir, cacheControl: false, dotfiles: 'ignore' });
  } else {
    app.get('/', (_request, reply) => reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT));
  }
}
