import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { filterFor } from '../../../web-ui/src/list/filter.ts';
import { failureWith, headlineWith, summaryWith } from '../summaries.ts';

describe('filterFor', () => {
  const good = summaryWith({ legs: { client: headlineWith({ alpn: 'h2' }), server: headlineWith() } });
  const bad = summaryWith({
    id: 8,
    intent: { how: 'connect', host: 'Broken.test', port: 8443 },
    legs: {
      server: headlineWith({ state: 'failed', version: 'TLS 1.2', failure: failureWith({ alert: 'unknown_ca' }) }),
    },
  });
  const found = (text: string) => [good, bad].filter(filterFor(text)).map(({ id }) => id);

  it('lets everything through without a word', () => {
    for (const text of ['', '   ', '-', ' - ']) assert.deepEqual(found(text), [7, 8], JSON.stringify(text));
  });

  it('finds by host, port, version, suite, ALPN, state, cause and alert, in any case', () => {
    assert.deepEqual(found('EXAMPLE'), [7]);
    assert.deepEqual(found('broken.test:8443'), [8]);
    assert.deepEqual(found('1.2'), [8]);
    assert.deepEqual(found('tls_aes_128_gcm'), [7, 8]);
    assert.deepEqual(found('h2'), [7]);
    assert.deepEqual(found('failed'), [8]);
    assert.deepEqual(found('certificate-expired'), [8]);
    assert.deepEqual(found('unknown_ca'), [8]);
    assert.deepEqual(found('#8'), [8]);
  });

  it('wants every word, and none of those after a minus', () => {
    assert.deepEqual(found('test failed'), [8]);
    assert.deepEqual(found('example failed'), []);
    assert.deepEqual(found('test -failed'), [7]);
  });

  it('takes what is special to regular expressions as it is', () => assert.deepEqual(found('(.*'), []));
});
