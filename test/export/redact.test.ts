import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { rawRequest, rawResponse } from '../../src/export/raw-http.ts';
import { parseRedaction, redact } from '../../src/export/redact.ts';
import { MASK } from '../../src/export/redact-text.ts';
import fc from '../support/property.ts';
import { type ExchangeCase, exchangeCase } from './exchange-case.ts';

function masked(words: string, of: ExchangeCase) {
  const { exchange, content } = exchangeCase(of);
  return redact(exchange, content, parseRedaction(words)!);
}

test('a list of rules is read; a word that is none is not', () => {
  const rules = parseRedaction('cookies, header:X-Api-Key,query:Token,field:password,')!;
  assert.deepEqual([rules.cookies, rules.authorization], [true, false]);
  assert.deepEqual([...rules.headers, ...rules.query, ...rules.fields], ['x-api-key', 'token', 'password']);
  for (const wrong of ['cookie', 'header:', 'all', 'query']) assert.equal(parseRedaction(wrong), undefined);
});

test('cookies: each value goes, names and attributes stay', () => {
  const { exchange, masked: count } = masked('cookies', {
    headers: [
      ['Cookie', 'sid=s3cret; b=s3cret=x; s3cret'],
      ['cookie', 'c=s3cret'],
    ],
    responseHeaders: [['Set-Cookie', 'sid=s3cret; Path=/; HttpOnly']],
  });
  assert.deepEqual(exchange.request.headers, [
    ['Cookie', `sid=${MASK}; b=${MASK}; ${MASK}`],
    ['cookie', `c=${MASK}`],
  ]);
  assert.deepEqual(exchange.response!.headers, [['Set-Cookie', `sid=${MASK}; Path=/; HttpOnly`]]);
  assert.equal(count(), 5);
});

test('authorization: credentials and users in URLs go, the scheme stays', () => {
  const { exchange, masked: count } = masked('authorization', {
    target: 'http://user:s3cret@origin.test/a@b',
    authority: 'user:s3cret@origin.test',
    headers: [
      ['Authorization', 'Bearer s3cret'],
      ['Proxy-Authorization', 's3cret'],
      ['Referer', 'https://u:s3cret@other.test/'],
      ['X-Mail', 'a@b.test'],
    ],
  });
  assert.equal(exchange.request.target, `http://${MASK}@origin.test/a@b`);
  assert.equal(exchange.authority, `${MASK}@origin.test`);
  assert.deepEqual(
    exchange.request.headers.map(([, value]) => value),
    [`Bearer ${MASK}`, MASK, `https://${MASK}@other.test/`, 'a@b.test'],
  );
  assert.equal(count(), 5);
});

test('query: the key goes wherever a URL is, however it is spelt', () => {
  const { exchange, masked: count } = masked('query:token', {
    target: '/a?x=1&%54oken=s3cret&tokens=2&TOKEN=s3cret#token=s3cret',
    headers: [
      [':path', '/a?token=s3cret'],
      ['Referer', 'https://o.test/?token=s3cret'],
    ],
    responseHeaders: [
      ['Location', 'https://o.test/#token=s3cret&y=1'],
      ['Link', '</a?token=s3cret>; rel=next'],
    ],
  });
  assert.equal(exchange.request.target, `/a?x=1&%54oken=${MASK}&tokens=2&TOKEN=${MASK}#token=${MASK}`);
  assert.deepEqual(exchange.response!.headers, [
    ['Location', `https://o.test/#token=${MASK}&y=1`],
    ['Link', `</a?token=${MASK}>; rel=next`],
  ]);
  // The :path says again what the target says.
  assert.equal(count(), 6);
});

test('header: the whole value goes, in trailers and early responses too', () => {
  const { exchange, content } = exchangeCase({ headers: [['X-KEY', 's3cret']] });
  exchange.request.trailers = [['x-key', 's3cret']];
  exchange.informational = [{ status: 103, headers: [['x-key', 's3cret']], at: 1 }];
  const result = redact(exchange, content, parseRedaction('header:x-key')!);
  assert.doesNotMatch(JSON.stringify(result), /s3cret/);
  assert.equal(result.masked(), 3);
  assert.match(JSON.stringify(exchange), /s3cret/, 'the record itself stays');
});

const typed = (type: string, requestBody: string | Buffer): ExchangeCase => ({
  method: 'POST',
  headers: [
    ['Content-Type', type],
    ['Content-Length', '1'],
  ],
  requestBody,
});

test('field: in JSON at any depth, in forms and in their parts; the rest stays', () => {
  const text = (of: ExchangeCase) => {
    const { content, masked: count } = masked('field:pass word,field:pin', of);
    return [Buffer.from(content.request.sent).toString(), count()];
  };
  assert.deepEqual(
    text(typed('application/problem+json', '{"a":[{"PIN":{"x":1}}],"n":12345678901234567890.10,"pin":null}')),
    [`{"a":[{"PIN":"${MASK}"}],"n":12345678901234567890.10,"pin":"${MASK}"}`, 2],
  );
  assert.deepEqual(text(typed('text/plain', ' {"pin":1}')), [`{"pin":"${MASK}"}`, 1]);
  assert.deepEqual(text(typed('application/x-www-form-urlencoded', 'a=1&pass+word=x%26&pin=2')), [
    `a=1&pass+word=${MASK}&pin=${MASK}`,
    2,
  ]);
  const part = (name: string, value: string) =>
    `--XX\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  assert.deepEqual(
    text(typed('multipart/form-data; boundary=XX', `${part('a', '1')}${part('pin', 'x\r\n\r\ny')}--XX--\r\n`)),
    [`${part('a', '1')}${part('pin', MASK)}--XX--\r\n`, 1],
  );
  assert.deepEqual(text(typed('text/html', 'pin=1')), ['pin=1', 0]);
});

test('field: a coded body comes out plain, with a head that says so', () => {
  const plain = Buffer.from('{"pin":1}');
  const { exchange, content } = exchangeCase({
    ...typed('application/json', gzipSync(plain)),
    headers: [
      ['Content-Type', 'application/json'],
      ['Content-Encoding', 'gzip'],
      ['Content-Length', '29'],
      ['x', 'y'],
    ],
  });
  const coded = { ...content, request: { ...content.request, decoded: plain } };
  const result = redact(exchange, coded, parseRedaction('field:pin')!);
  assert.equal(Buffer.from(result.content.request.sent).toString(), `{"pin":"${MASK}"}`);
  assert.deepEqual(result.exchange.request.headers, [
    ['Content-Type', 'application/json'],
    ['Content-Length', String(`{"pin":"${MASK}"}`.length)],
    ['x', 'y'],
  ]);
});

test('field: a body that cannot be read whole is left out', () => {
  for (const each of [typed('application/json', '{"pin":"s3cr'), typed('multipart/form-data', 's3cret')]) {
    const { content, masked: count } = masked('field:pin', each);
    assert.equal(content.request.sent.length, 0);
    assert.match(content.request.notes.join(), /left out/);
    assert.equal(count(), 1);
  }
  const { exchange, content } = exchangeCase(typed('application/json', '{"pin":1}'));
  exchange.request.body = { ...exchange.request.body, size: 100 };
  assert.equal(redact(exchange, content, parseRedaction('field:pin')!).content.request.sent.length, 0);
});

test('no value that a rule is about is left, whatever it is', () => {
  const value = fc
    .string({ unit: fc.constantFrom(...'aB0=/+%"\\\xe9'), minLength: 1, maxLength: 12 })
    .map((text) => `s3cret${text}s3cret`);
  fc.assert(
    fc.property(value, (secret) => {
      const result = masked('cookies,authorization,header:x-key,query:token,field:pin', {
        target: `/?token=${secret}`,
        headers: [
          ['cookie', `a=${secret}`],
          ['authorization', `Basic ${secret}`],
          ['x-key', secret],
          ['content-type', 'application/json'],
        ],
        responseHeaders: [['set-cookie', `a=${secret}`]],
        requestBody: JSON.stringify({ pin: secret }),
      });
      assert.equal(result.masked(), 6);
      const sent = Buffer.from(result.content.request.sent).toString();
      assert.doesNotMatch(JSON.stringify(result.exchange) + sent, /s3cret/);
    }),
  );
});

test('raw messages are what was sent; chunked content is one chunk with its trailers', () => {
  const { exchange, content } = exchangeCase({
    ...{
      method: 'POST',
      target: '/a?b',
      headers: [
        ['Host', 'o'],
        ['x-É', '\xe9'],
      ],
      requestBody: Buffer.of(0, 255),
    },
    ...{ responseHeaders: [['Transfer-Encoding', 'chunked']], responseBody: 'hello' },
  });
  exchange.response!.trailers = [['X-Sum', '1']];
  const request = Buffer.concat([
    Buffer.from('POST /a?b HTTP/1.1\r\nHost: o\r\nx-\xc9: \xe9\r\n\r\n', 'latin1'),
    Buffer.of(0, 255),
  ]);
  assert.deepEqual(rawRequest(exchange, content), request);
  const response = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n';
  assert.equal(rawResponse(exchange, content)!.toString(), response);
  const h2 = exchangeCase({
    protocol: 'HTTP/2',
    headers: [
      [':path', '/'],
      ['a', 'b'],
    ],
  });
  assert.equal(rawRequest(h2.exchange, h2.content).toString(), 'GET / HTTP/2\r\nHost: origin.test\r\na: b\r\n\r\n');
});

test('what was masked is counted by place, and once where HTTP/2 says it twice', () => {
  const { masked: count } = masked('cookies,authorization,query:token,field:pin', {
    protocol: 'HTTP/2',
    target: '/?token=s3cret',
    headers: [
      [':path', '/?token=s3cret'],
      ['cookie', 'a=1; b=2'],
    ],
    responseHeaders: [['set-cookie', 'c=1']],
  });
  assert.deepEqual([count(['request']), count(['response']), count(['request', 'response']), count()], [3, 1, 4, 4]);
  assert.equal(count(['request-body', 'response-body', 'early']), 0);
});
