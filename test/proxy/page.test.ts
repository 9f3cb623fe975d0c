import assert from 'node:assert/strict';
import { test } from 'node:test';
import { page, plainText, REMEDY, rawAnswer, textAnswer, welcome } from '../../src/proxy/page.ts';

const HOSTILE = '<img src=x onerror=alert(1)>"\'&\u202egnp.exe\u0007\r\nSet-Cookie: a';

const hasControls = (text: string) => ['\u0007', '\u202e', '\r'].some((control) => text.includes(control));

test('nothing that is put into a page becomes markup or control', () => {
  const html = page(HOSTILE, HOSTILE, [[HOSTILE, HOSTILE]]);
  assert.doesNotMatch(html, /<img/);
  assert.equal(hasControls(html), false);
  assert.match(html, /&#60;img/);
  assert.match(html, /U\+202E/);
});

test('plain text keeps one line a fact, whatever the fact', () => {
  const text = plainText(HOSTILE, HOSTILE, [
    ['Name', HOSTILE],
    ['Longer name', 'value'],
  ]);
  assert.equal(hasControls(text), false);
  assert.equal(text.split('\n').filter((line) => line.startsWith('Name')).length, 1);
  assert.equal(plainText('only', 'this', []), 'only\n\nthis\n\n');
});

test('an answer in raw bytes says how long it is, and that it is the last', () => {
  const raw = rawAnswer(textAnswer(403, 'no', 'ä\r\nX: y', 'another'));
  const [head = '', body = ''] = raw.split('\r\n\r\n');
  const lines = head.split('\r\n');
  assert.equal(lines[0], 'HTTP/1.1 403 Forbidden');
  assert.ok(lines.includes(`Content-Length: ${Buffer.byteLength(body)}`) && lines.includes('Connection: close'));
  assert.equal(body, 'no\n\nä<U+000D><U+000A>X: y\n\nWhat to do  another\n');
});

test('the welcome page names the CA, where to get it, and what goes into a phone’s settings', () => {
  const html = welcome('AA:BB', { host: '192.0.2.7', port: 8080 });
  assert.match(html, /AA:BB/);
  assert.match(html, /href="\/ca\.pem"/);
  assert.match(html, /href="\/tlscope-ca\.crt"/);
  assert.match(html, /<dt>Server<\/dt><dd>192\.0\.2\.7<\/dd>\n<dt>Port<\/dt><dd>8080<\/dd>/);
});

test('the pages are as wide as a phone', () => {
  assert.match(page('a', 'b', []), /<meta name="viewport" content="width=device-width, initial-scale=1">/);
});

test('what stands between backquotes in a remedy is code, and still text', () => {
  const remedy = 'Run `tlscope probe <b>` or `a & b`, not `this.';
  const html = page('a', 'b `c`', [
    ['Name', '`d`'],
    [REMEDY, remedy],
  ]);
  assert.ok(html.includes('Run <code>tlscope probe &#60;b&#62;</code> or <code>a &#38; b</code>, not `this.'), html);
  assert.doesNotMatch(html, /<b>|<code>[cd]/);
  const text = plainText('a', 'b', [[REMEDY, remedy]]);
  assert.match(text, /Run tlscope probe <b> or a & b, not `this\./);
  assert.ok(!page('a', 'b', [[REMEDY, `\`${HOSTILE}\``]]).includes('<img'));
});
