/** Code of a request: run by the real programs, it sends what was sent; no value of it breaks out of its quotes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { runCommand } from '../../src/demo/command.ts';
import { curlOf, shellWord } from '../../src/export/curl.ts';
import { fetchCodeOf, scriptString } from '../../src/export/fetch-code.ts';
import { pythonCodeOf, pythonString } from '../../src/export/python-code.ts';
import fc from '../support/property.ts';
import { needsTool, toolPath } from '../support/tools.ts';
import { type ExchangeCase, exchangeCase } from './exchange-case.ts';

/** One character a byte, as off the wire, with a liking for what shells and languages take for their own. */
const wireText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...`'"\`$\\!;&|<>(){}[]*?~#%@=\n\r\t `,
        '$(',
        '\\x',
        "'\\''",
        '\u0085',
        '\xa0',
        '</script>',
        '"""',
        "'''",
      ),
      fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));

const samples = (count: number) => fc.sample(wireText, { numRuns: count, seed: 4 });
const latin1 = (text: string) => Buffer.from(text, 'latin1');

test('bash reads every quoted text as the bytes that it was', (t) => {
  if (!needsTool(t, 'curl')) return;
  const folder = mkdtempSync(join(tmpdir(), 'tlscope-quoting-'));
  const texts = ['', "'; touch pwned; '", '$(touch pwned)', '`touch pwned`', '\\', '!', ...samples(400)];
  const script = texts.map((text) => `printf '%s\\0' ${shellWord(text)}`).join('\n');
  const printed = execFileSync('bash', ['-c', script], {
    cwd: folder,
    env: { LC_ALL: 'C', PATH: process.env['PATH'] },
  });
  const expected = Buffer.concat(texts.map((text) => Buffer.concat([latin1(text), Buffer.of(0)])));
  assert.ok(printed.equals(expected));
  assert.deepEqual(readdirSync(folder), []);
});

test('a word is one word also in a locale of many bytes', () => {
  const texts = samples(200);
  const script = texts.map((text) => `printf '%s\\0' ${shellWord(text)}`).join('\n');
  const printed = execFileSync('bash', ['-c', script], { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  assert.equal(printed.filter((byte) => byte === 0).length, texts.length);
});

test('JavaScript reads every literal as the text that it was, inside a page too', () => {
  const texts = samples(400);
  const code = `[${texts.map(scriptString).join(',')}]`;
  assert.match(code, /^[\x20-\x7e]*$/);
  assert.doesNotMatch(code, /</);
  assert.deepEqual([...runInNewContext(code)], texts);
});

test('Python reads every literal as the text that it was', (t) => {
  if (!needsTool(t, 'python3')) return;
  const texts = samples(400);
  const code = `[${texts.map(pythonString).join(',')}]`;
  const read = 'import ast,json,sys; print(json.dumps(ast.literal_eval(sys.stdin.read())))';
  const printed = execFileSync(toolPath('python3')!, ['-c', read], { input: code, encoding: 'utf8' });
  assert.deepEqual(JSON.parse(printed), texts);
});

/** Everything in a request that a peer chooses. */
const hostile = fc.record({
  method: wireText,
  target: wireText,
  authority: wireText,
  headers: fc.array(fc.tuple(wireText, wireText), { maxLength: 5 }),
  requestBody: fc.oneof(
    wireText.map(latin1),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  ),
  protocol: fc.constantFrom('HTTP/1.0', 'HTTP/1.1', 'HTTP/2'),
});
const hostileCases = fc.sample(hostile, { numRuns: 60, seed: 11 }) as ExchangeCase[];

test('a hostile request is one command of bash, whose arguments are those meant', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tlscope-quoting-'));
  const commands = hostileCases.map((each) => {
    const { exchange, content } = exchangeCase(each);
    return curlOf(exchange, content);
  });
  for (const command of commands) assert.match(command, /^[\x20-\x7e\n]*$/);
  // A curl of our own that says where a command began and what it was given.
  const script = `curl() { printf 'RUN\\0'; printf '%s\\0' "$@"; }\n${commands.join('\n')}`;
  const printed = execFileSync('bash', ['-c', script], { cwd: folder, encoding: 'latin1' });
  const runs = printed.split('RUN\0').slice(1);
  assert.equal(runs.length, commands.length);
  const known =
    /^--(?:url|globoff|http1\.[01]|http2|request-target|request|head|header|compressed|data-raw|data-binary)$/;
  const alone = /^--(?:globoff|http1\.[01]|http2|head|compressed)$/;
  runs.forEach((run, i) => {
    const words = run.split('\0').slice(0, -1);
    for (let at = 0; at < words.length; at += alone.test(words[at]!) ? 1 : 2) assert.match(words[at]!, known);
    const given = words[words.indexOf('--url') + 1]!;
    assert.ok(given.startsWith(`https://${hostileCases[i]!.authority}`), given);
    for (const [n, word] of words.entries()) {
      if (words[n - 1] === '--header') assert.doesNotMatch(word, /^@|[\r\n]/);
    }
  });
  assert.deepEqual(readdirSync(folder), []);
});

test('a hostile request is valid JavaScript and valid Python', async (t) => {
  if (!needsTool(t, 'python3')) return;
  const folder = mkdtempSync(join(tmpdir(), 'tlscope-quoting-'));
  const all = hostileCases.map((each) => {
    const { exchange, content } = exchangeCase(each);
    return { script: fetchCodeOf(exchange, content), python: pythonCodeOf(exchange, content) };
  });
  // Each in a block of its own; the calls are counted, so that nothing of it can have become code.
  const script = join(folder, 'all.mjs');
  writeFileSync(script, all.map(({ script: code }) => `{\n${code}}`).join('\n'));
  execFileSync(process.execPath, ['--check', script]);
  const calls = `let n = 0; globalThis.fetch = async () => { n++; }; await import(${JSON.stringify(script)}); console.log(n)`;
  const counted = execFileSync(process.execPath, ['--input-type=module', '-e', calls], { encoding: 'utf8' });
  assert.equal(Number(counted), all.length);
  const shape = `
import ast, json, sys
for code in json.load(sys.stdin):
    tree = ast.parse(code)
    assert [type(node).__name__ for node in tree.body] == ['Import', 'Assign', 'Expr'], code
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert names == {'requests', 'response', 'print'}, names
print('ok')`;
  const input = JSON.stringify(all.map(({ python }) => python));
  assert.equal(execFileSync(toolPath('python3')!, ['-c', shape], { input, encoding: 'utf8' }), 'ok\n');
});

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** Sends by what `command` gives for the case; what the server then saw. */
async function sentBy(
  of: ExchangeCase,
  run: (parts: ReturnType<typeof exchangeCase>) => Promise<unknown>,
): Promise<Seen> {
  const seen = Promise.withResolvers<Seen>();
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    response.end('ok');
    seen.resolve({ method: request.method, url: request.url, headers: request.rawHeaders, body });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const authority = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const headers = (of.headers ?? []).map(([name, value]) => [name, value.replace('AUTHORITY', authority)] as const);
    await run(exchangeCase({ ...of, scheme: 'http', authority, headers }));
    return await seen.promise;
  } finally {
    server.close();
  }
}

const POSTED: ExchangeCase = {
  method: 'POST',
  target: "/a/../b?x='y'&z={1,2}[3-4]",
  headers: [
    ['Host', 'AUTHORITY'],
    ['x-Odd-CASE', 'it\'s \\ "quoted" \xe9'],
    ['Content-Type', 'application/octet-stream'],
    ['X-Empty', ''],
    ['Content-Length', '99'],
  ],
  requestBody: Buffer.from(Array.from({ length: 300 }, (_, i) => (i % 255) + 1)),
};

test('the curl command sends the request byte for byte', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const seen = await sentBy(POSTED, ({ exchange, content }) =>
    runCommand('bash', ['-c', curlOf(exchange, content)], { env: { PATH: process.env['PATH']! } }),
  );
  assert.deepEqual([seen.method, seen.url], ['POST', POSTED.target]);
  assert.ok(seen.body.equals(POSTED.requestBody as Buffer));
  assert.deepEqual(seen.headers.slice(2), [...POSTED.headers!.slice(1, 4).flat(), ...['Content-Length', '300']]);
});

test('a body that no argument can hold is named as a file; @ in a body names none', () => {
  const zero = exchangeCase({ method: 'POST', requestBody: Buffer.of(1, 0, 2) });
  assert.match(curlOf(zero.exchange, zero.content), /^# Save the body .*body\.bin[\s\S]* --data-binary @body\.bin\n$/);
  const large = exchangeCase({ method: 'POST', requestBody: 'x'.repeat(100_000) });
  assert.match(curlOf(large.exchange, large.content), /--data-binary @body\.bin/);
  const at = exchangeCase({ method: 'POST', requestBody: '@/etc/passwd' });
  assert.match(curlOf(at.exchange, at.content), /--data-raw '@\/etc\/passwd'/);
});

test('the fetch code sends the request, but for what fetch says itself', async () => {
  const seen = await sentBy({ ...POSTED, target: '/b?x=1' }, ({ exchange, content }) =>
    runCommand(process.execPath, ['--input-type=module', '-e', fetchCodeOf(exchange, content)]),
  );
  assert.deepEqual([seen.method, seen.url], ['POST', '/b?x=1']);
  assert.ok(seen.body.equals(POSTED.requestBody as Buffer));
  assert.equal(seen.headers[seen.headers.indexOf('x-Odd-CASE') + 1], 'it\'s \\ "quoted" \xe9');
});

test('the Python code gives requests the same method, URL, header fields and body', (t) => {
  if (!needsTool(t, 'python3')) return;
  const { exchange, content } = exchangeCase(POSTED);
  // In the place of requests, which a machine need not have.
  const stub = `
import json, sys, types
def request(method, url, headers, data, allow_redirects):
    print(json.dumps([method, url, list(headers.items()), data.decode('latin-1'), allow_redirects]))
    return types.SimpleNamespace(status_code=200, reason='OK')
sys.modules['requests'] = types.SimpleNamespace(request=request)
`;
  const printed = execFileSync(toolPath('python3')!, ['-c', stub + pythonCodeOf(exchange, content)], {
    encoding: 'utf8',
  });
  const [method, url, headers, data, redirects] = JSON.parse(printed.split('\n')[0]!);
  assert.deepEqual([method, url, redirects], ['POST', `https://origin.test${POSTED.target}`, false]);
  assert.deepEqual(headers.slice(0, 4), POSTED.headers!.slice(0, 4));
  assert.ok(latin1(data).equals(POSTED.requestBody as Buffer));
});

test('what a way of sending cannot say is said', () => {
  const { exchange, content } = exchangeCase({ method: 'TRACE', requestBody: 'x', headers: [['A B', 'c']] });
  assert.match(
    fetchCodeOf(exchange, content),
    /^\/\/ Left out, as it is no header field: A B\n\/\/ fetch does not send the method TRACE\.\n/,
  );
  const twice = exchangeCase({
    protocol: 'HTTP/2',
    headers: [
      [':method', 'GET'],
      ['a', '1'],
      ['a', '2'],
      ['cookie', 'x'],
      ['cookie', 'y'],
    ],
  });
  const python = pythonCodeOf(twice.exchange, twice.content);
  assert.match(python, /HTTP\/2; requests speaks HTTP\/1\.1\.\n# .*joined\.\n/);
  assert.match(python, /'a': '1, 2',\n {8}'cookie': 'x; y',/);
  assert.doesNotMatch(python, /:method/);
  assert.match(curlOf(twice.exchange, twice.content), /--http2 \\/);
});
