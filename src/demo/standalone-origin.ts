/**
 * Run as a program: one TLS server under a host name of its own, to try a proxy on that runs elsewhere, as in
 * docker-compose.yml.
 *
 *     node standalone-origin.js NAME PORT ROOT_FILE
 *
 * Writes the root that a client must trust to ROOT_FILE (PEM), then listens on every address.
 */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { makeCredentials } from './credentials.ts';
import { answer } from './site.ts';

const [name, port, rootFile] = process.argv.slice(2);
if (name === undefined || port === undefined || rootFile === undefined) {
  console.error('Usage: standalone-origin.js NAME PORT ROOT_FILE');
  process.exit(2);
}
const { ec, rsa, rootPem } = await makeCredentials([name]);
writeFileSync(rootFile, rootPem);
const title = `TLS server ${name}`;
const server = createServer({ cert: [ec.cert, rsa.cert], key: [ec.key, rsa.key] }, (request, response) =>
  answer(title, request, response),
);
server.on('tlsClientError', () => {});
server.listen(Number(port), () => console.log(`${title} listens on port ${port}`));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
