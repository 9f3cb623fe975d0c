import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { complete } from '../../src/filter/complete.ts';
import { FIELDS } from '../../src/filter/fields.ts';
import { type Filter, matches, parseFilter } from '../../src/filter/filter.ts';
import { formatFilter } from '../../src/filter/format.ts';
import { highlight } from '../../src/filter/highlight.ts';
import { type FilterSubject, subjectOfConnection, subjectOfExchange } from '../../src/filter/subject.ts';
import { summarise } from '../../src/shared/summary.ts';
import fc from '../support/property.ts';
import { connectionWith, exchangeWith, failedConnection } from './subjects.ts';

function filter(text: string): Filter {
  const parsed = parseFilter(text);
  assert.ok(parsed.ok, parsed.ok ? '' : `${text}: ${parsed.error.message} (column ${parsed.error.column})`);
  return parsed.filter;
}

function judge(
  subject: FilterSubject,
  rows: { readonly holds: readonly string[]; readonly fails: readonly string[] },
): void {
  for (const text of rows.holds) assert.equal(matches(filter(text), subject), true, `${text} should hold`);
  for (const text of rows.fails) assert.equal(matches(filter(text), subject), false, `${text} should not hold`);
}

const bodies = { request: '{"name": "Ada"}', response: '<p>Not found</p>' };
const exchange = () => subjectOfExchange(exchangeWith(), connectionWith(), { body: (_, side) => bodies[side] });

describe('a filter on exchanges', () => {
  it('looks at host, port, method, status, path, query and URL', () =>
    judge(exchange(), {
      holds: [
        'host = api.example.com',
        'host = *.example.com',
        'host = API.EXAMPLE.COM',
        'host contains exam',
        'host endswith .COM',
        'host ~ /^api\\./',
        'host ~ /^API/',
        'host in (x, *.com)',
        'host not in (x, y)',
        'port = 8443',
        'port > 443',
        'method = post',
        'method in (PUT, POST)',
        'status = 404',
        'status = 4xx',
        'status in (2xx, 4xx)',
        'status >= 4xx',
        'status <= 4xx',
        'status != 200',
        'status exists',
        'answered = server',
        'answered != tlscope',
        'status > 403',
        'path = /v2/Items',
        'path startswith /v2/',
        'path ~ /items/i',
        'path = /v?/*',
        'query = token=a=b',
        'url = https://API.example.com:8443/v2/Items?token=a=b',
        'url endswith "=b"',
        'url ~ "v[0-9]/"',
      ],
      fails: [
        'host = example.com',
        'host = "*.example.com"',
        'host != *.example.com',
        'host contains "api*"',
        'port = 443',
        'method != POST',
        'status = 5xx',
        'status > 4xx',
        'status < 4xx',
        'status not exists',
        'answered = tlscope',
        'answered not exists',
        'path = /v2/items',
        'path ~ /items/',
        'path !~ /Items/',
        'path = "/v?/*"',
        'query not exists',
      ],
    }));

  it('looks at headers, types, bodies, sizes and times', () =>
    judge(exchange(), {
      holds: [
        'header[COOKIE] contains session',
        'header["x-trace"] = T-1',
        'request.header[cookie] exists',
        'header[cookie]',
        'response.header[set-cookie] contains Secure',
        'header[set-cookie] = "b=2"',
        'header[x-checksum] = abc',
        'header[*] ~ /charset=utf-8$/',
        'header[x-*] = T-1',
        'header[host] not exists',
        'type = text/html',
        'type = TEXT/*',
        'request.type endswith json',
        'body contains Ada',
        'body contains found',
        'request.body ~ /"name":\\s*"A/',
        'response.body not contains Ada',
        'size > 2MiB',
        'size = 2097153',
        'request.size = 10kb',
        'request.size < 10KiB',
        'duration = 1.1s',
        'duration > 1s',
        'wait = 200ms',
        'wait <= 200',
        'protocol = HTTP/2',
        'protocol = h2',
        'id = 17',
        'conn = 3',
        'client = 192.0.2.*',
      ],
      fails: [
        'response.header[cookie]',
        'header[x-trace] = t-1',
        'header[x-trace] ~ /t-1/',
        'type = image/*',
        'body contains ada',
        'size <= 2MiB',
        'request.size > 10kb',
        'duration > 2s',
        'replay',
        'replay exists',
        'protocol = HTTP/1.1',
        'open',
        'failed',
        'id = 3',
        'cause exists',
      ],
    }));

  it('looks at the connection that carried it', () => {
    judge(exchange(), {
      holds: [
        'tls.version = 1.3',
        'alpn = h2',
        'ja4 = t13d*',
        'differs(alpn)',
        'finding(hello-retry)',
        'leg.server.retried',
      ],
      fails: ['tls.version < 1.2', 'tunnelled', 'finding(no-sct)'],
    });
    judge(subjectOfExchange(exchangeWith(), undefined), {
      holds: ['status = 404', 'conn = 3', 'tls.version != 1.3', 'not failed', 'not differs'],
      fails: ['tls.version', 'alpn = h2', 'client exists', 'finding', 'body exists', 'differs(alpn)'],
    });
  });

  it('knows how it ended and what it repeats', () => {
    const cut = exchangeWith({ outcome: { state: 'reset' }, replayOf: 9, switchedTo: 'websocket' });
    judge(subjectOfExchange(cut, connectionWith()), {
      holds: ['failed', 'cause = reset', 'replay', 'replay = 9', 'protocol = websocket'],
      fails: ['replay = 8', 'open'],
    });
    const { response: _, ...rest } = exchangeWith({ outcome: { state: 'open' }, at: { started: 1000 } });
    judge(subjectOfExchange(rest, connectionWith()), {
      holds: ['open', 'status not exists', 'status != 200', 'not duration exists'],
      fails: ['status < 600', 'size >= 0', 'duration >= 0', 'type = *'],
    });
    judge(subjectOfExchange(exchangeWith(), failedConnection()), { holds: ['failed', 'cause = ca-not-*'], fails: [] });
  });

  it('takes targets and authorities of every form', () => {
    const { request } = exchangeWith();
    const absolute = exchangeWith({
      scheme: 'http',
      authority: '[2001:db8::1]',
      request: { ...request, target: 'http://[2001:db8::1]/a?b?c' },
    });
    judge(subjectOfExchange(absolute, undefined), {
      holds: ['host = 2001:db8::1', 'port = 80', 'path = /a', 'query = "b?c"', 'url = "http://[2001:db8::1]/a?b?c"'],
      fails: [],
    });
    const bare = exchangeWith({ authority: '2001:db8::80', request: { ...request, target: '*' } });
    judge(subjectOfExchange(bare, undefined), {
      holds: ['host = 2001:db8::80', 'port = 443', 'path = "*"'],
      fails: ['query'],
    });
  });
});

describe('a filter on connections', () => {
  const good = () => subjectOfConnection(connectionWith());
  const bad = () => subjectOfConnection(failedConnection());

  it('looks at both legs', () => {
    judge(good(), {
      holds: [
        'host = api.*',
        'port = 443',
        'conn = 3',
        'id = 3',
        'tls.version = TLS1.3',
        'tls.version = TLS 1.3',
        'tls.version = "TLS 1.3"',
        'tls.version >= 1.2',
        'tls.version > ssl3',
        'tls.version in (1.2, 1.3)',
        'tls.suite = *gcm*',
        'tls.group contains mlkem',
        'tls.scheme startswith ecdsa',
        'sni = api.example.com',
        'ja3 = abab*',
        'leg.client.ja4 exists',
        'leg.client.state = established',
        'leg.client.handshake = 20ms',
        'leg.server.handshake > 20ms and leg.server.handshake < 0.04s',
        'leg.server.bytes = 3500',
        'leg.server.bytes > 1kb',
        'leg.client.visibility = full',
        'retried',
        'leg.server.retried',
        'size = 3500',
        'duration = 1500ms',
        'differs',
        'differs(alpn, suite)',
        'differs(al*)',
        'finding',
        'finding(hello-retry, x)',
        'finding = hello-*',
        'action = intercept',
        'leg.client.cause not exists',
        'not leg.client.failed',
        'failed = false',
        'failed != true',
        'tls.group',
      ],
      fails: [
        'failed',
        'resumed',
        'leg.client.retried',
        'leg.client.resumed = yes',
        'differs(suite)',
        'finding(no-sct)',
        'open',
        'tls.version < 1.3',
        'leg.server.alert exists',
        'method exists',
        'status = 404',
        'header[a] exists',
      ],
    });
    judge(bad(), {
      holds: [
        'failed',
        'leg.client.failed',
        'cause = ca-not-trusted-by-client',
        'leg.client.alert = unknown_ca',
        'cause = failed',
        'leg.client.cause = CA-*',
        'tls.version <= 1.2',
        'leg.server.version not exists',
        'host = broken.test',
      ],
      fails: ['leg.server.failed', 'leg.server.cause exists', 'tls.version = 1.3', 'leg.server.bytes >= 0'],
    });
  });

  it('names the host by the server name where none was asked for', () => {
    const bare = connectionWith({ intent: { how: 'tls', host: '', port: 0 } });
    judge(subjectOfConnection(bare), { holds: ['host = api.example.com', 'port not exists'], fails: [] });
    const tunnel = connectionWith({ decision: { action: 'tunnel', reason: 'Passed through.' } });
    const { end: _, closedAt: __, ...open } = tunnel;
    judge(subjectOfConnection(open), { holds: ['tunnelled', 'open', 'not duration exists'], fails: ['failed'] });
  });

  it('joins tests, and binds and more tightly than or', () =>
    judge(good(), {
      holds: [
        '',
        '  ',
        'alpn = h2 or failed and failed',
        'not failed',
        '-failed',
        '!failed',
        'NOT failed AND alpn=h2',
        '(failed or alpn=h2) retried',
        'failed || alpn == "h2"',
        '!failed && !open',
        'not (failed and open)',
        'not not differs',
      ],
      fails: ['(alpn = h2 or failed) and failed', 'alpn = h2 failed', '-(alpn = h2)', 'failed or open'],
    }));
});

describe('words of a filter', () => {
  it('search connections for what a list shows of them, as the dashboard’s box always did', () => {
    const subjects = [connectionWith(), failedConnection()].map((each) => subjectOfConnection(summarise(each)));
    const found = (text: string) =>
      subjects.filter((each) => matches(filter(text), each)).map(({ summary }) => summary?.id);
    const rows: readonly (readonly [text: string, ids: readonly number[]])[] = [
      ['', [3, 4]],
      ['EXAMPLE', [3]],
      ['broken.test:8443', [4]],
      ['1.2', [4]],
      ['tls_aes_128_gcm', [3, 4]],
      ['h2', [3, 4]],
      ['failed', [4]],
      ['"failed"', [4]],
      ['ca-not-trusted-by-client', [4]],
      ['unknown_ca', [4]],
      ['#4', [4]],
      ['192.0.2.9', [3, 4]],
      ['test failed', [4]],
      ['example failed', []],
      ['tls -failed', [3]],
      ['api*com', [3]],
      ['"api*com"', []],
      ['established', [3]],
    ];
    for (const [text, ids] of rows) assert.deepEqual(found(text), ids, text);
  });

  it('search exchanges for method, URL, status and number', () =>
    judge(exchange(), {
      holds: [
        'post',
        'POST 404',
        'api.example.com:8443',
        '/v2/items',
        '/v2/Items?token=a=b',
        '#17',
        'v2*token',
        'https://api',
      ],
      fails: ['get', 'Ada', 'session', 'h2', '200'],
    }));
});

describe('what a filter asks for', () => {
  const rows: readonly (readonly [text: string, needs: readonly string[]])[] = [
    ['host = a or failed or differs or example', []],
    ['leg.client.suite = a and tls.version = 1.3', []],
    ['status = 404', ['exchange']],
    ['resumed', ['connection']],
    ['ja4 = t*', ['connection', 'fingerprints']],
    ['differs(alpn) failed', ['comparison', 'connection']],
    ['not finding(x)', ['connection', 'findings']],
    ['body contains a or host = b', ['body', 'exchange']],
  ];
  for (const [text, needs] of rows) {
    it(`${text} needs ${needs.join(', ') || 'nothing'}`, () => assert.deepEqual([...filter(text).needs].sort(), needs));
  }

  it('is asked for last, and only once', () => {
    const asked: string[] = [];
    const whole = connectionWith();
    const { findings, ...bare } = whole;
    const lookups = {
      connection: () => {
        asked.push('connection');
        return bare;
      },
      findings: () => {
        asked.push('findings');
        return findings;
      },
    };
    const subject = () => subjectOfConnection(summarise(whole), lookups);
    judge(subject(), { holds: [], fails: ['finding(hello-retry) and failed'] });
    assert.deepEqual(asked, []);
    judge(subject(), {
      holds: ['finding(hello-retry) and finding(hello-*) and retried and leg.server.retried'],
      fails: [],
    });
    assert.deepEqual(asked.sort(), ['connection', 'findings']);
  });
});

describe('any filter', () => {
  const piece = fc.oneof(
    fc.constantFrom(...FIELDS.map(({ example }) => example)),
    fc.constantFrom(...FIELDS.map(({ name }) => name)),
    fc.constantFrom('=', '!=', '<', '>=', '~', '!~', 'contains', 'in', 'not in', 'exists', 'startswith', 'endswith'),
    fc.constantFrom(
      'and',
      'or',
      'not',
      '-',
      '!',
      '(',
      ')',
      '(',
      ')',
      ',',
      '&&',
      '||',
      '"',
      "'",
      '\\',
      '/',
      '[',
      ']',
      ':',
    ),
    fc.constantFrom(
      'header[x]',
      'header[',
      'header["a]"',
      'header[\'"b"\']',
      'header[""q""]',
      '4xx',
      '10kb',
      '1.5s',
      '1.3',
      'TLS 1.2',
    ),
    fc.constantFrom(
      '"a \\" b"',
      "'it'",
      '/a[/]b/i',
      '/x\\/y/',
      '/(a|b)+/',
      'a*b',
      '/a(b)*',
      '*',
      'wörd',
      'true',
      '0.5kb',
      '3MB',
    ),
    fc.string({ maxLength: 6 }),
  );
  const text = fc
    .array(fc.tuple(piece, fc.constantFrom('', ' ', ' ', '  ')), { maxLength: 12 })
    .map((parts) => parts.flat().join(''));

  it('never throws, and an error points into the text', () => {
    const subjects = [
      exchange(),
      subjectOfConnection(failedConnection()),
      subjectOfExchange(exchangeWith(), undefined),
    ];
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), fc.nat(60), (written, cursor) => {
        const parsed = parseFilter(written);
        if (parsed.ok) for (const subject of subjects) matches(parsed.filter, subject);
        else {
          const { column, length, message } = parsed.error;
          assert.ok(
            column >= 1 && length >= 0 && column - 1 + length <= written.length,
            `${written}: ${column}+${length}`,
          );
          assert.ok(length > 0 || column - 1 === written.length, `${written}: ${message} at ${column}`);
        }
        for (const { from, to } of complete(written, cursor)) assert.ok(from <= to && to <= written.length);
        let end = 0;
        for (const part of highlight(written)) {
          assert.ok(part.start >= end && part.end > part.start && part.end <= written.length);
          assert.equal(written.slice(end, part.start).trim(), '', 'nothing but blanks between the parts');
          end = part.end;
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('has a normal form that says the same', () => {
    let good = 0;
    fc.assert(
      fc.property(text, (written) => {
        const parsed = parseFilter(written);
        if (!parsed.ok) return;
        good++;
        const normal = formatFilter(parsed.filter);
        const again = parseFilter(normal);
        assert.ok(again.ok, `${written} -> ${normal}: ${again.ok || again.error.message}`);
        assert.deepEqual(again.filter.expression, parsed.filter.expression, `${written} -> ${normal}`);
        assert.equal(formatFilter(again.filter), normal);
      }),
      { numRuns: 5000 },
    );
    assert.ok(good > 300, `only ${good} filters were good`);
  });

  it('is written in its normal form as a person would', () => {
    const rows: readonly (readonly [text: string, normal: string])[] = [
      ['a b', 'a and b'],
      ['-failed  "x y"', 'not failed and "x y"'],
      ['(a and (b c)) OR "and"', 'a and b and c or "and"'],
      ['a (b||c)', 'a and (b or c)'],
      ['not(a b)', 'not (a and b)'],
      ['not host = x', 'host != x'],
      ['size>=10240 duration<1500 size = 5000', 'size >= 10KiB and duration < 1500ms and size = 5kB'],
      ['tls.version = TLS 1.2', 'tls.version = 1.2'],
      ['Header["X-Id"] = \'a"b\'', 'header[x-id] = "a\\"b"'],
      ['status not in (4xx,500)', 'not status in (4xx, 500)'],
      ['path ~ "/a/b"', 'path ~ /\\/a\\/b/'],
      ['host ~ /x/i url ~ /x/i', 'host ~ /x/ and url ~ /x/i'],
      ['differs( alpn ) failed = no', 'differs(alpn) and not failed'],
      ['replay header[x] tls.group', 'replay and header[x] exists and tls.group exists'],
    ];
    for (const [text, normal] of rows) assert.equal(formatFilter(filter(text)), normal);
  });
});
