/** Bodies in pages: the same bytes as in one, decoded once, whatever the pages are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BodyPages } from '../../src/api/body-pages.ts';
import { DecodedContent } from '../../src/capture/content-coding.ts';
import fc from '../support/property.ts';

const MIB = 1024 * 1024;

/** A body that counts how often it is read from its start, and tells when it is let go of. */
class Body {
  opened = 0;
  readonly closed = Promise.withResolvers<void>();
  readonly #bytes: Uint8Array;
  readonly #encoding: string;

  constructor(bytes: Uint8Array, encoding: string) {
    this.#bytes = bytes;
    this.#encoding = encoding;
  }

  open = () => {
    this.opened++;
    return DecodedContent.of(this.#parts(), this.#encoding);
  };

  async *#parts(): AsyncGenerator<Uint8Array> {
    try {
      for (let at = 0; at < this.#bytes.length; at += 16_384) yield this.#bytes.subarray(at, at + 16_384);
    } finally {
      this.closed.resolve();
    }
  }
}

test('50 MiB in gzip, page by page, are decoded once', async () => {
  const content = Buffer.alloc(50 * MIB, 'some words and 1 number, ');
  const body = new Body(gzipSync(content, { level: 1 }), 'gzip');
  const pages = new BodyPages();
  const size = MIB;
  for (let from = 0; ; from += size) {
    const page = await pages.page('a', body.open, from, from + size);
    assert.ok(content.subarray(from, from + size).equals(page!.bytes), `from ${from}`);
    assert.equal(page!.problem, undefined);
    assert.equal(page!.more, from + size < content.length);
    if (!page!.more) break;
  }
  assert.equal(body.opened, 1);
  pages.close();
});

test('pages in any order are what they are', async () => {
  const content = Buffer.from(Array.from({ length: 400_000 }, (_, i) => (i * i) >> 5));
  for (const [bytes, encoding] of [
    [gzipSync(content), 'gzip'],
    [content, ''],
  ] as const) {
    const body = new Body(bytes, encoding);
    const pages = new BodyPages();
    const place = fc.tuple(fc.nat(450_000), fc.nat(100_000));
    await fc.assert(
      fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 5 }), async (places) => {
        for (const [from, length] of places) {
          const page = await pages.page('a', body.open, from, from + length);
          assert.ok(content.subarray(from, from + length).equals(page!.bytes));
        }
      }),
      { numRuns: 40 },
    );
    pages.close();
  }
});

test('who asks at the same time gets the same; no more than a few wait, and none for long', async () => {
  const content = Buffer.alloc(200_000, 'abc');
  const pages = new BodyPages({ idle: 1 });
  const one = new Body(gzipSync(content), 'gzip');
  const both = await Promise.all([pages.page('a', one.open, 0, 9), pages.page('a', one.open, 5, 100_000)]);
  assert.deepEqual([both[0]!.bytes.length, both[1]!.bytes.length, one.opened], [9, 99_995, 2]);
  const idle = new Body(content, '');
  await pages.page('b', idle.open, 0, 9);
  await idle.closed.promise;

  const patient = new BodyPages();
  const many = Array.from({ length: 5 }, () => new Body(content, ''));
  for (const [i, each] of many.entries()) await patient.page(`${i}`, each.open, 0, 9);
  await many[0]!.closed.promise;
  await patient.page('4', many[4]!.open, 9, 20);
  assert.equal(many[4]!.opened, 1);
  patient.close();
  await Promise.all(many.map(({ closed }) => closed.promise));
});

test('what is damaged, unknown or too far is said', async () => {
  const content = Buffer.alloc(100_000, 'abc');
  const packed = gzipSync(content);
  const pages = new BodyPages();
  const cut = new Body(packed.subarray(0, packed.length - 6), 'gzip');
  assert.match((await pages.page('a', cut.open, 0, 200_000))!.problem!, /damaged or incomplete/);
  assert.equal(await pages.page('b', new Body(packed, 'unheard-of').open, 0, 9), undefined);
  const far = await pages.page('c', new Body(packed, 'gzip').open, 2 ** 40, 2 ** 41);
  assert.deepEqual([far!.bytes.length, /Only the first/.test(far!.problem!)], [0, true]);
  const bomb = new Body(gzipSync(Buffer.alloc(40 * MIB)), 'gzip');
  const all = await pages.page('d', bomb.open, 0, Number.POSITIVE_INFINITY);
  assert.deepEqual([all!.bytes.length, all!.more, /It goes on/.test(all!.problem!)], [32 * MIB, true, true]);
  pages.close();
});

test('nobody reads on for a page that was abandoned, and who asks again goes on there', async () => {
  const content = Buffer.alloc(10 * MIB, 'abc');
  const body = new Body(content, '');
  const pages = new BodyPages();
  let asked = 0;
  await pages.page('a', body.open, 9 * MIB, 10 * MIB, () => ++asked > 3);
  assert.equal(asked, 4);
  const page = await pages.page('a', body.open, 9 * MIB, 10 * MIB);
  assert.ok(content.subarray(9 * MIB).equals(page!.bytes));
  assert.equal(body.opened, 1);
  pages.close();
});

test('nothing is held of what was deleted, not even while it is read', async () => {
  const content = Buffer.alloc(200_000, 'abc');
  const pages = new BodyPages();
  const waiting = new Body(content, '');
  const read = new Body(content, '');
  await pages.page('a', waiting.open, 0, 9);
  const page = pages.page('b', read.open, 0, 9);
  pages.forget();
  await waiting.closed.promise;
  assert.equal((await page)!.bytes.length, 9);
  await read.closed.promise;
});

test('who asks for the same range at the same time gets it of one reader, as long as one of them waits', async () => {
  const content = Buffer.alloc(4 * MIB, 'words ');
  const body = new Body(gzipSync(content), 'gzip');
  const pages = new BodyPages();
  const ask = (isGone: () => boolean = () => false) => pages.page('a', body.open, 3 * MIB, 4 * MIB, isGone);
  let isGone = false;
  const pending = [ask(() => isGone), ask(), ask(), ask()];
  isGone = true;
  const asked = await Promise.all(pending);
  for (const page of asked) assert.ok(content.subarray(3 * MIB).equals(page!.bytes));
  assert.equal(body.opened, 1);
  const [left, stays] = await Promise.all([ask(() => true), ask()]);
  assert.ok(left!.bytes.length <= MIB);
  assert.ok(content.subarray(3 * MIB).equals(stays!.bytes), 'what nobody waited for any more is not taken over');
  pages.close();
});

test('a range behind the end is said to be one', async () => {
  const body = new Body(gzipSync(Buffer.alloc(1000)), 'gzip');
  const pages = new BodyPages();
  for (const from of [1000, 5000]) {
    const page = await pages.page('a', body.open, from, from + 10);
    assert.deepEqual([page!.bytes.length, page!.more, page!.problem], [0, false, ENDS]);
  }
  assert.equal((await pages.page('a', body.open, 999, 2000))!.problem, undefined);
  assert.equal((await pages.page('b', new Body(new Uint8Array(0), '').open, 0, 10))!.problem, undefined);
  pages.close();
});

const ENDS = 'It ends before the range, after 1000 bytes.';
