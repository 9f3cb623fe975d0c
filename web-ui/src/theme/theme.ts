/** Light or dark: as the system says, or as was chosen here and is kept in this browser. */

/** The choices, in the order in which a click goes through them. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'tlscope.theme';

/** What was chosen before; `system` where nothing was, or where the browser keeps nothing. */
export function chosenTheme(storage: () => Pick<Storage, 'getItem'> = () => localStorage): Theme {
  try {
    const kept = storage().getItem(KEY);
    return THEMES.find((theme) => theme === kept) ?? 'system';
  } catch {
    return 'system';
  }
}

/** Keeps the choice; where the browser keeps nothing it lasts as long as the page. */
export function keepTheme(theme: Theme, storage: () => Pick<Storage, 'setItem'> = () => localStorage): void {
  try {
    storage().setItem(KEY, theme);
  } catch {
    // A browser that refuses storage (private mode, policy) still shows what was chosen.
  }
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
