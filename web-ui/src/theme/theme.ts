/** Light or dark: as the system says, or as was chosen here and is kept in this browser. */
import { keep, kept } from '../text/kept.ts';

/** The choices, in the order in which a click goes through them. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const NAME = 'theme';

/** What was chosen before; `system` where nothing was, or where the browser keeps nothing. */
export function chosenTheme(): Theme {
  return kept(NAME, (value) => THEMES.find((theme) => theme === value)) ?? 'system';
}

/** Keeps the choice; where the browser keeps nothing it lasts as long as the page. */
export function keepTheme(theme: Theme): void {
  keep(NAME, theme);
}

/** Shows it on the document's root element: app.css reads the attribute. */
export function showTheme(theme: Theme, root: { readonly dataset: Record<string, string | undefined> }): void {
  if (theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
}

/** The choice after this one. */
export function nextTheme(theme: Theme): Theme {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
}
