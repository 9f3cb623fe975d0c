import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chosenTheme, keepTheme, nextTheme, showTheme, THEMES } from '../../../web-ui/src/theme/theme.ts';
import { keeping, refusing } from '../storage.ts';

test('a choice that was kept is found again; anything else is the system’s', (t) => {
  const items = keeping(t);
  assert.equal(chosenTheme(), 'system');
  for (const theme of ['dark', 'light'] as const) {
    keepTheme(theme);
    assert.equal(chosenTheme(), theme);
  }
  for (const value of ['', 'dark', '"sepia"', '"DARK"']) {
    items.set('tlscope.theme', value);
    assert.equal(chosenTheme(), 'system');
  }
});

test('a browser that keeps nothing is no error', (t) => {
  refusing(t);
  assert.equal(chosenTheme(), 'system');
  keepTheme('dark');
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
