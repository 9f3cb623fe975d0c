import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chosenTheme, keepTheme, nextTheme, showTheme, THEMES } from '../../../web-ui/src/theme/theme.ts';

const storage = (value: string | null) => () => ({ getItem: () => value });
const refusing = (): never => {
  throw new DOMException('The operation is insecure.', 'SecurityError');
};

test('a choice that was kept is found again; anything else is the system’s', () => {
  assert.equal(chosenTheme(storage('dark')), 'dark');
  assert.equal(chosenTheme(storage('light')), 'light');
  for (const value of [null, '', 'sepia', 'DARK']) assert.equal(chosenTheme(storage(value)), 'system');
});

test('a browser that keeps nothing is no error', () => {
  assert.equal(chosenTheme(refusing), 'system');
  keepTheme('dark', refusing);
});

test('the page says what was chosen, and nothing when the system decides', () => {
  const root = { dataset: {} as Record<string, string | undefined> };
  showTheme('dark', root);
  assert.equal(root.dataset['theme'], 'dark');
  showTheme('system', root);
  assert.deepEqual(root.dataset, {});
});

test('clicks go through all themes and come back', () => {
  let theme = THEMES[0] as (typeof THEMES)[number];
  const seen = THEMES.map(() => {
    const now = theme;
    theme = nextTheme(theme);
    return now;
  });
  assert.deepEqual(seen, THEMES);
  assert.equal(theme, THEMES[0]);
});
