/** `tlscope run` and `tlscope browser` ask the proxy first whether it is theirs; what is recorded begins after that. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { Authority } from '../../src/ca/authority.ts';
import { runCommand } from '../../src/demo/command.ts';
import type { Connection } from '../../src/shared/model.ts';
import { freshDir } from '../ca/fresh-dir.ts';
import { listConnections, runTlscope } from '../support/running-tlscope.ts';
import { needsTool } from '../support/tools.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

test('the question of our own commands is in no list; the command’s connections are, and those of others that ask', async (t) => {
  if (!needsTool(t, 'curl')) return;
  await using tlscope = await runTlscope((await Authority.open(freshDir(t))).certificatePem);
  const certs = ['--proxy', tlscope.proxy, '--certs', dirname(tlscope.caFile)];
  const nothing = await runCommand(process.execPath, [MAIN, 'run', ...certs, '--', 'true']);
  assert.deepEqual([nothing.code, nothing.errorText], [0, '']);
  const browser = await runCommand(process.execPath, [MAIN, 'browser', ...certs, '--browser', '/bin/true']);
  assert.equal(browser.code, 0, browser.errorText);
  // The proxy's own page again, by somebody who cannot read the key.
  const curl = ['-sS', '--noproxy', '*', `${tlscope.proxy}/ca.pem`];
  const asked = await runCommand(process.execPath, [MAIN, 'run', ...certs, '--', 'curl', ...curl]);
  assert.equal(asked.text, tlscope.caPem);
  await tlscope.eventAfter(0, 'connection.closed');
  const list = await listConnections(tlscope);
  assert.deepEqual(
    list.map(({ id, decision }) => [id, decision?.action]),
    [[1, 'serve']],
  );
});

test('a connection without a word is in the list while it is silent, and how it ended', async (t) => {
  await using tlscope = await runTlscope((await Authority.open(freshDir(t))).certificatePem);
  const silent = connect(tlscope.proxyPort, '127.0.0.1');
  await once(silent, 'connect');
  const { localAddress: address, localPort: port } = silent;
  const opened = await tlscope.eventAfter(0, 'connection.opened');
  assert.ok(opened.type === 'connection.opened');
  assert.deepEqual(opened.from, { address, port });
  silent.end();
  const wordless = /before it had asked for anything/;
  assert.match(JSON.stringify(await tlscope.eventAfter(0, 'connection.closed')), wordless);
  // It was accepted before that.
  const { openedAt, legs } = (await tlscope.api('/api/connections/1')) as Connection;
  assert.ok(opened.t - openedAt >= 15, `opened at ${openedAt} ms, in the record at ${opened.t} ms`);
  assert.equal(legs.client?.tcp.connectedAt, openedAt);
  // One that goes at once, too.
  const hasty = connect(tlscope.proxyPort, '127.0.0.1', () => hasty.resetAndDestroy());
  hasty.on('error', () => {});
  assert.match(JSON.stringify(await tlscope.eventAfter(1, 'connection.closed')), wordless);
});
