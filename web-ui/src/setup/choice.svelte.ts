/** What is chosen on the page, kept while other pages are looked at. */
import type { Shell } from './shell.ts';

class Choice {
  family = $state('terminal');
  /** The recipe chosen in each family that was looked at. */
  recipes = $state.raw<Readonly<Record<string, string>>>({});
  /** The address that clients are told to use; undefined until one was chosen. */
  address = $state<string>();
  shell = $state<Shell>();
}

export const choice = new Choice();
