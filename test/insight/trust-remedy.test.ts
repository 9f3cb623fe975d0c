import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asksAtOnce, clientNamed, clientOfOffer, trustRemedy } from '../../src/insight/trust-remedy.ts';

/** User-Agents as these clients send them, and what their remedy must name. */
const AGENTS: readonly (readonly [agent: string, names: RegExp])[] = [
  ['curl/8.14.1', /curl --cacert/],
  ['Wget/1.24.5', /--ca-certificate/],
  ['Wget/1.21.3', /ca_certificate = FILE/],
  ['git/2.47.2', /GIT_SSL_CAINFO/],
  ['pip/25.1 {"ci":null,"cpu":"x86_64"}', /PIP_CERT/],
  ['aws-cli/2.17.0 md/awscrt Python/3.11.9', /AWS_CA_BUNDLE/],
  ['python-requests/2.32.3', /REQUESTS_CA_BUNDLE/],
  ['Python-urllib/3.13', /SSL_CERT_FILE/],
  ['Python/3.12 aiohttp/3.10', /SSL_CERT_FILE/],
  ['Deno/2.0.0', /DENO_CERT/],
  ['PostmanRuntime/7.43.0', /Postman/],
  ['node', /NODE_EXTRA_CA_CERTS/],
  ['undici', /NODE_EXTRA_CA_CERTS/],
  ['axios/1.7.7', /NODE_EXTRA_CA_CERTS/],
  ['npm/11.0.0 node/v24.15.0 linux x64', /NODE_EXTRA_CA_CERTS/],
  ['okhttp/4.12.0', /networkSecurityConfig/],
  ['Dalvik/2.1.0 (Linux; U; Android 14)', /networkSecurityConfig/],
  ['Java/21.0.5', /keytool/],
  ['Apache-HttpClient/5.4 (Java/17)', /keytool/],
  ['Go-http-client/1.1', /Go asks the system/],
  ['grpc-go/1.68.0', /Go asks the system/],
  ['Java/17.0.15', /trustStorePassword/],
  ['Composer/2.8.1 (Linux; PHP 8.2.20)', /COMPOSER_CAFILE/],
  ['Ruby', /SSL_CERT_FILE/],
  ['Mozilla/5.0 (Windows NT; Windows NT 10.0) WindowsPowerShell/5.1', /\.NET/],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', /In Firefox/],
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36', /nssdb/],
  [
    'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
    /Chromium/,
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
    /Keychain/,
  ],
  ['MyApp/1 CFNetwork/1568.100.1 Darwin/24.0.0', /Keychain/],
];

describe('remedy for a client that does not trust the CA', () => {
  for (const [agent, names] of AGENTS) {
    it(agent, () => assert.match(trustRemedy(agent), names));
  }

  it('is a general one for a client that says nothing, or nothing known', () => {
    assert.equal(trustRemedy(undefined), trustRemedy('something/1.0'));
    assert.match(trustRemedy(undefined), /tlscope ca path/);
  });
});

describe('a client without a name that is known', () => {
  const node = {
    cipherSuites: [0x1302, 0x1303, 0x1301, 0xc02f, 0xc02b, 0xc030, 0xc02c, 0x009e, 0xc027],
    extensions: [],
  };

  it('gets the remedy of the program whose offer it makes', () => {
    assert.match(trustRemedy(undefined, node), /NODE_EXTRA_CA_CERTS/);
    assert.match(trustRemedy('something/1.0', node), /NODE_EXTRA_CA_CERTS/);
    assert.equal(clientOfOffer('something/1.0', node), 'Node.js');
  });

  it('is taken at its word where it has one', () => {
    assert.match(trustRemedy('curl/8.14.1', node), /curl --cacert/);
    assert.equal(clientOfOffer('curl/8.14.1', node), undefined);
  });
});

describe('asksAtOnce', () => {
  it('holds of programs that open one connection for one request, and of no browser', () => {
    for (const agent of ['curl/8.14.1', 'Wget/1.21.3', 'git/2.39.5', 'pip/25.1', 'python-requests/2.34.2'])
      assert.ok(asksAtOnce(agent), agent);
    for (const agent of [undefined, '', 'Mozilla/5.0 Firefox/140.0', 'okhttp/4.12.0', 'Java-http-client/17'])
      assert.ok(!asksAtOnce(agent), agent ?? 'no name');
  });
});

describe('clientNamed', () => {
  it('names the clients that it knows a remedy for, and no others', () => {
    assert.equal(clientNamed('curl/8.14.1'), 'curl');
    assert.equal(clientNamed('node'), 'Node.js');
    assert.equal(clientNamed('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'), 'Firefox');
    for (const agent of ['', 'my-own-client/1', '<img src=x>']) assert.equal(clientNamed(agent), undefined);
  });
});
