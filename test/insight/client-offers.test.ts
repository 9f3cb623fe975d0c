import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type OfferMaker, offerMaker } from '../../src/insight/client-offers.ts';

/** Suites and extensions, in hex and by number, as these programs send them when nobody changes their defaults. */
const OFFERS: readonly (readonly [program: string, maker: OfferMaker, suites: string, extensions: string])[] = [
  [
    'Python 3.11, urllib',
    'Python',
    '1302 1303 1301 c02c c030 c02b c02f cca9 cca8 c024 c028 c023 c027 009f 009e 006b 0067 00ff',
    '0 11 10 35 16 22 23 49 13 43 45 51 21',
  ],
  [
    'requests 2.34 with urllib3 2.7',
    'Python with urllib3',
    '1302 1303 1301 c02c c030 c02b c02f cca9 cca8 c024 c028 c023 c027 009f 009e 006b 0067 00ff',
    '0 11 10 16 22 23 49 13 43 45 51 21',
  ],
  [
    'pip with its own urllib3 1.26',
    'Python with urllib3',
    '1302 1303 1301 c02c c030 c02b c02f cca9 cca8 009f 009e ccaa c0af c0ad c0ae c0ac c024 c028 c023 c027 00ff',
    '0 11 10 16 22 23 49 13 43 45 51 21',
  ],
  [
    'Node 26, fetch',
    'Node.js',
    '1302 1303 1301 c02f c02b c030 c02c 009e c027 0067 c028 006b 00a3 009f cca9 cca8 ccaa',
    '65281 0 11 10 35 16 22 23 13 43 45 51',
  ],
  [
    'npm on Node 20',
    'Node.js',
    '1302 1303 1301 c02f c02b c030 c02c 009e c027 0067 c028 006b 00a3 009f cca9 cca8 ccaa c0af 00ff',
    '0 11 10 35 22 23 13 43 45 51',
  ],
  [
    'Java 17, HttpURLConnection',
    'Java',
    '1302 1301 1303 c02c c02b cca9 c030 cca8 c02f 009f ccaa 00a3 009e 00a2 c024 c028 c023 c027 00ff',
    '5 10 11 17 23 35 13 43 45 50 51',
  ],
  [
    'Java 17, HttpClient',
    'Java',
    '1302 1301 1303 c02c c02b cca9 c030 cca8 c02f 009f ccaa 00a3 009e 00a2 c024 c028 c023 c027 00ff',
    '0 5 10 11 16 17 23 35 13 43 45 50 51',
  ],
  [
    'PHP 8.2, file_get_contents',
    'PHP',
    'c02f c02b c030 c02c 009e 00a2 00a3 009f c027 c023 c013 c009 c028 c024 c014 c00a 0067 00ff',
    '0 11 10 35 22 23 13 21',
  ],
  [
    'Ruby 3.1, net/http',
    'OpenSSL',
    '1302 1303 1301 c02c c030 009f cca9 cca8 ccaa c02b c02f 009e c024 c028 006b c023 c027 0067 00ff',
    '0 11 10 35 22 23 49 13 43 45 51 21',
  ],
  [
    'git 2.39 with GnuTLS 3.7',
    'GnuTLS',
    '1302 1303 1301 1304 c02c cca9 c0ad c00a c02b c0ac c009 c030 cca8 c014 c02f c013 009d',
    '5 10 11 13 16 22 23 51 43 65281 0 28',
  ],
];

function offer(suites: string, extensions: string): Parameters<typeof offerMaker>[0] {
  return {
    cipherSuites: suites.split(' ').map((id) => Number.parseInt(id, 16)),
    extensions: extensions.split(' ').map((type) => ({ type: Number(type) })),
  };
}

describe('what an offer looks like', () => {
  for (const [program, maker, suites, extensions] of OFFERS) {
    it(program, () => assert.equal(offerMaker(offer(suites, extensions)), maker));
  }

  it('is nothing that is known for browsers, an empty list and lists that are cut', () => {
    assert.equal(offerMaker(offer('1a1a 1301 1302 1303 c02b c02f c02c c030 cca9 cca8', '0 17')), undefined);
    assert.equal(offerMaker({ cipherSuites: [], extensions: [] }), undefined);
    assert.equal(offerMaker(offer('1302 1303 1301 c02f c02b c030 c02c 009e', '0')), undefined);
  });
});
