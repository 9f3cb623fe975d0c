import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../../src/demo/command.ts';
import { freshDir } from '../ca/fresh-dir.ts';
import { startProxy } from './program.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

test('a port that a tlscope with the same CA holds is told from one that another program holds', async (t) => {
  const { proxy, certs } = await startProxy(t);
  const { port } = new URL(proxy);
  const start = (dir: string) =>
    runCommand(process.execPath, [MAIN, 'start', '--port', port, '--ui-port', '0', '--certs', dir]);
  const [own, other] = await Promise.all([start(certs), start(freshDir(t))]);
  assert.equal(own.code, 1);
  assert.match(own.errorText, /^tlscope: A tlscope with the same CA already listens on port \d+ of 127\.0\.0\.1\.\n/m);
  assert.equal(other.code, 1);
  assert.match(other.errorText, /^tlscope: Port \d+ on 127\.0\.0\.1 is already in use \(proxy\)\.\n.*--port PORT/m);
});
