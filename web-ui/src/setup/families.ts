/** All recipes, in the order of the page. */
import type { Family } from './recipe.ts';
import { android } from './recipes/android.ts';
import { browser } from './recipes/browser.ts';
import { docker } from './recipes/docker.ts';
import { go } from './recipes/go.ts';
import { ios } from './recipes/ios.ts';
import { java } from './recipes/java.ts';
import { node } from './recipes/node.ts';
import { others } from './recipes/others.ts';
import { python } from './recipes/python.ts';
import { system } from './recipes/system.ts';
import { terminal } from './recipes/terminal.ts';

export const FAMILIES: readonly Family[] = [
  { id: 'terminal', title: 'Terminal', recipes: terminal },
  { id: 'browser', title: 'Browser', recipes: browser },
  { id: 'system', title: 'System', recipes: system },
  { id: 'node', title: 'Node.js', recipes: node },
  { id: 'python', title: 'Python', recipes: python },
  { id: 'java', title: 'Java', recipes: java },
  { id: 'go', title: 'Go', recipes: go },
  { id: 'docker', title: 'Docker', recipes: docker },
  { id: 'android', title: 'Android', recipes: android },
  { id: 'ios', title: 'iOS', recipes: ios },
  { id: 'others', title: 'Others', recipes: others },
];
