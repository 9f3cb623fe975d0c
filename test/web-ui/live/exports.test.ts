import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fetchExchangeExport, fetchExport, fetchExportOf, idsText } from '../../../web-ui/src/live/exports.ts';

const answering =
  (body: string | ReadableStream, init?: ResponseInit): typeof fetch =>
  async () =>
    new Response(body, init);

describe('fetchExport', () => {
  it('asks for one connection and gives the file with its name and note', async () => {
    const asked: string[] = [];
    const exported = await fetchExport('pcapng', 7, async (url) => {
      asked.push(String(url));
      const headers = {
        'content-disposition': 'attachment; filename="tlscope-connection-7.pcapng"',
        'tlscope-note': 'Secrets.',
      };
      return new Response('bytes', { headers });
    });
    assert.deepEqual(asked, ['/api/export?format=pcapng&connections=7']);
    assert.ok(exported.kind === 'ok');
    assert.deepEqual(
      [exported.answer.name, exported.answer.note, await exported.answer.file.text()],
      ['tlscope-connection-7.pcapng', 'Secrets.', 'bytes'],
    );
  });

  it('asks for one exchange in the same way', async () => {
    const asked: string[] = [];
    const exported = await fetchExchangeExport('curl', 7, async (url) => {
      asked.push(String(url));
      return new Response('curl x');
    });
    assert.deepEqual(asked, ['/api/export?format=curl&exchanges=7']);
    assert.ok(exported.kind === 'ok' && exported.answer.name === 'tlscope-exchange-7.curl');
  });

  it('makes a name where the answer gives none that can be used', async () => {
    const headers = { 'content-disposition': 'attachment; filename="../../evil"' };
    const exported = await fetchExport('json', 7, answering('[]', { headers }));
    assert.equal(exported.kind === 'ok' && exported.answer.name, 'tlscope-connection-7.json');
  });

  it("says a refusal in the API's own words", async () => {
    const body = JSON.stringify({ error: 'There is no key log.', hint: 'Start it with --show-secrets.' });
    assert.deepEqual(await fetchExport('keylog', 7, answering(body, { status: 403 })), {
      kind: 'error',
      text: 'There is no key log. Start it with --show-secrets.',
      status: 403,
    });
    assert.deepEqual(await fetchExport('keylog', 7, answering('<html>', { status: 502 })), {
      kind: 'error',
      text: 'The proxy answered 502.',
      status: 502,
    });
  });

  it('says that nobody answered, and that a file broke off', async () => {
    const text = async (get: typeof fetch) => {
      const exported = await fetchExport('json', 7, get);
      return exported.kind === 'error' ? exported.text : undefined;
    };
    assert.equal(await text(() => Promise.reject(new TypeError('refused'))), 'The proxy did not answer.');
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) });
    assert.equal(await text(answering(broken)), 'The proxy broke the answer off before its end.');
  });
});

describe('fetchExportOf', () => {
  it('masks in exchanges alone', async () => {
    const asked: string[] = [];
    const get = (async (path: string) => {
      asked.push(path);
      return new Response('x');
    }) as typeof fetch;
    for (const format of ['jsonl', 'json'] as const) await fetchExportOf(format, [1], get, { redact: 'header:x' });
    assert.deepEqual(asked, [
      '/api/export?format=jsonl&exchanges=1&redact=header%3Ax',
      '/api/export?format=json&connections=1',
    ]);
  });

  it('asks for several in ranges, by what the format is of', async () => {
    const asked: string[] = [];
    const get = (async (path: string) => {
      asked.push(path);
      return new Response('x');
    }) as typeof fetch;
    await fetchExportOf('har', [5, 3, 4, 9, 4], get);
    const exported = await fetchExportOf('pcapng', [2], get);
    assert.deepEqual(asked, ['/api/export?format=har&exchanges=3-5,9', '/api/export?format=pcapng&connections=2']);
    assert.equal(exported.kind === 'ok' && exported.answer.name, 'tlscope-connections.pcapng');
  });

  it('says that it cannot ask for too many that are apart', async () => {
    const apart = Array.from({ length: 9000 }, (_, index) => index * 2 + 1);
    const exported = await fetchExportOf('har', apart, () => assert.fail('asked'));
    assert.ok(exported.kind === 'error' && /choose fewer/.test(exported.text));
    assert.equal(idsText(Array.from({ length: 100_000 }, (_, index) => index + 1)), '1-100000');
    assert.equal(idsText([]), '');
  });
});
