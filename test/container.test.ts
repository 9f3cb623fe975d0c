import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';

const read = (file: string) => readFileSync(resolve(import.meta.dirname, '..', file), 'utf8');

test('the image runs the Node that the lock pins', () => {
  const locked = JSON.parse(read('package-lock.json')).packages['node_modules/node'].version;
  assert.equal(/^ARG NODE_VERSION=(.+)$/m.exec(read('Dockerfile'))?.[1], locked);
});

test('no key of the CA gets into the image’s build', () => {
  assert.match(read('.dockerignore'), /^certs\/\*$/m);
  assert.match(read('.gitignore'), /^certs\/\*$/m);
});

test('the compose file publishes on loopback alone', () => {
  const ports = [...read('docker-compose.yml').matchAll(/^\s+- "([\d.]+):\d+:\d+"$/gm)].map((match) => match[1]);
  assert.deepEqual(ports, ['127.0.0.1', '127.0.0.1']);
});
