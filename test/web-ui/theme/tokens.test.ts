/** The contrast of every colour of text on every surface it is used on, computed from app.css (WCAG 2.2, 1.4.3 and 1.4.11). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const CSS = readFileSync(join(import.meta.dirname, '../../../web-ui/src/app.css'), 'utf8');

/** Each token's colours: light, dark. */
const TOKENS = new Map(
  [...CSS.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map(([, name, light, dark]) => [
    name!,
    { light: light!, dark: dark! },
  ]),
);

const SURFACES = ['page', 'raised', 'sunken', 'accent-wash', 'differs-wash', 'bad-wash'];
const TEXTS = ['text', 'quiet', 'accent', 'differs', 'bad', 'good'];
const PAIRS = [
  ...TEXTS.flatMap((text) => SURFACES.map((surface) => [text, surface] as const)),
  ['mark-text', 'mark'] as const,
];

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

test('the arithmetic is WCAG’s', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21);
  assert.equal(contrast('#777777', '#ffffff').toFixed(2), '4.48');
});

for (const theme of ['light', 'dark'] as const) {
  const colour = (name: string) => {
    const token = TOKENS.get(name);
    assert.ok(token, `app.css has no token --${name} with a colour for each theme`);
    return token[theme];
  };

  test(`text has 4.5:1 on every surface, ${theme}`, () => {
    const low = PAIRS.map(([text, surface]) => ({
      pair: `${text} on ${surface}`,
      ratio: contrast(colour(text), colour(surface)),
    })).filter(({ ratio }) => ratio < 4.5);
    assert.deepEqual(low, []);
  });

  test(`the ring around what has focus has 3:1, ${theme}`, () => {
    for (const surface of SURFACES) assert.ok(contrast(colour('accent'), colour(surface)) >= 3, surface);
  });
}
