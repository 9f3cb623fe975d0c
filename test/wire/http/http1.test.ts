/** What the observer of HTTP/1 tells of conversations, and what holds for every one of them. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from '../../support/property.ts';
import { FLOWS } from './http1-flows.ts';
import { observe, type Recording, type Step } from './http1-recording.ts';

for (const { name, steps, tells, says = [] } of FLOWS) {
  test(name, () => {
    const { lines, said } = observe(steps);
    assert.deepEqual(lines, tells);
    const matched = said.map((text, i) => (says[i] !== undefined && text.includes(says[i]) ? says[i] : text));
    assert.deepEqual(matched, says);
  });

  test(`${name}: cut into any pieces, the same is told`, () => {
    const whole = plain(observe(steps));
    for (const sizes of [[1], [2], [3], [1, 7], [5, 1, 2]]) assert.deepEqual(plain(observe(steps, sizes)), whole);
    const size = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(size, (sizes) => assert.deepEqual(plain(observe(steps, sizes)), whole)),
      { numRuns: 20 },
    );
  });

  test(`${name}: of every start of it, a start of that is told`, () => {
    const whole = observe(steps);
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!;
      const length = typeof step === 'string' ? 0 : step[1].length;
      for (let at = 0; at <= length; at++) {
        const last: Step[] = typeof step === 'string' ? [] : [[step[0], step[1].slice(0, at)]];
        assertStartOf(observe([...steps.slice(0, i), ...last]), whole);
      }
    }
  });
}

test('damaged bytes are survived, and told the same in any pieces', () => {
  const damage = fc.record({
    flow: fc.integer({ min: 0, max: FLOWS.length - 1 }),
    at: fc.nat(),
    byte: fc.integer({ min: 0, max: 255 }),
    how: fc.constantFrom('replace', 'insert', 'remove', 'repeat'),
    sizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
  });
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) => {
      const [first] = damages;
      let steps = FLOWS[first!.flow]!.steps;
      for (const each of damages) steps = damaged(steps, each);
      const whole = observe([...steps, '>!', '<!']);
      assert.deepEqual(plain(observe([...steps, '>!', '<!'], first!.sizes)), plain(whole));
    }),
    { numRuns: 1500 },
  );
});

test('random bytes of both sides are survived', () => {
  const step = fc.tuple(fc.constantFrom('>' as const, '<' as const), fc.string({ unit: 'binary', maxLength: 200 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
      observe([...steps, '<.', '>.']);
    }),
    { numRuns: 300 },
  );
});

test('a head beyond its bounds is lost where it starts, in any pieces', () => {
  const bounds = { maxHead: 100, maxFields: 3, maxChunkLine: 10, maxWaiting: 2 };
  const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
  const chunked = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
  const rows: [Step[], string][] = [
    [[['>', `${get}GET /${'a'.repeat(200)}`]], 'lost client at 27'],
    [[['>', `${get}GET / HTTP/1.1\r\nX: ${'a'.repeat(79)}\r\n\r\n`]], 'lost client at 27'],
    [[['>', '\r\n'.repeat(51)]], 'lost client at 0'],
    [[['>', `GET / HTTP/1.1\r\n${'A: b\r\n'.repeat(4)}\r\n`]], 'lost client at 0'],
    [[['>', `${chunked}1;${'x'.repeat(20)}`]], 'lost client at 66'],
    [[['>', `${chunked}0\r\nX: ${'a'.repeat(98)}\r\n\r\n`]], 'lost client at 59'],
    [[['>', get + get + get]], 'lost client at 54'],
    [
      [
        ['>', get],
        ['<', `HTTP/1.1 200 ${'x'.repeat(88)}`],
      ],
      'lost server at 0',
    ],
    [
      [
        ['>', `CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\n\r\n`],
        ['>', 'x'.repeat(101)],
      ],
      'lost client at ',
    ],
  ];
  for (const [steps, expected] of rows) {
    for (const sizes of [[], [1], [7], [64]]) {
      const line = observe(steps, sizes, bounds).lines.find((each) => each.startsWith('lost'));
      assert.ok(line?.startsWith(expected), `${JSON.stringify(steps)} in ${sizes}: ${line}`);
    }
  }
  const fits: Step[] = [['>', `GET / HTTP/1.1\r\nX: ${'a'.repeat(77)}\r\n\r\n`]];
  for (const sizes of [[], [1], [99]]) assert.doesNotMatch(observe(fits, sizes, bounds).lines.join(), /lost/);
});

test('heads and bodies account for every byte of a stream', () => {
  const requests = FLOWS.slice(0, 4).flatMap(({ steps }) => steps.filter((step) => step[0] === '>' && step.length > 1));
  const text = requests.map((step) => (typeof step === 'string' ? '' : step[1])).join('');
  const { lines } = observe([['>', text]]);
  let bytes = 0;
  for (const line of lines) bytes += Number(/ client ended (\d+)/.exec(line)?.[1] ?? /\] (\d+)$/.exec(line)?.[1] ?? 0);
  assert.equal(bytes, text.length);
});

function plain({ lines, said }: Recording) {
  return { lines, said };
}

/** The last line of a start may be content that goes on. */
function assertStartOf(start: Recording, whole: Recording): void {
  assert.deepEqual(start.said, whole.said.slice(0, start.said.length));
  start.lines.forEach((line, i) => {
    const full = whole.lines[i] ?? '';
    if (i === start.lines.length - 1 && /^\d+ (client|server): /.test(line)) assert.ok(full.startsWith(line), full);
    else assert.equal(line, full);
  });
}

function damaged(steps: readonly Step[], { at, byte, how }: { at: number; byte: number; how: string }): Step[] {
  const index = at % steps.length;
  return steps.map((step, i): Step => {
    if (i !== index || typeof step === 'string' || step[1].length === 0) return step;
    const place = at % step[1].length;
    const [before, after] = [step[1].slice(0, place), step[1].slice(place + 1)];
    const character = String.fromCharCode(byte);
    if (how === 'replace') return [step[0], before + character + after];
    if (how === 'insert') return [step[0], before + character + step[1][place] + after];
    if (how === 'remove') return [step[0], before + after];
    return [step[0], step[1] + step[1].slice(place)];
  });
}
