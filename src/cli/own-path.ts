/** The search path that was the user's before npm ran us. */
import { basename, delimiter } from 'node:path';

/**
 * PATH without the folders that npm (or npx, pnpm) puts before it for a script: `node_modules/.bin` of the project and of
 * the folders above, then its own `node-gyp-bin`. A program that is named to us is then the user's and no dependency of ours.
 * @returns PATH as it is where no npm ran us, or where nothing is before it
 */
export function ownPath({ PATH, npm_execpath, npm_lifecycle_event }: NodeJS.ProcessEnv): string | undefined {
  if (PATH === undefined || (npm_execpath ?? npm_lifecycle_event) === undefined) return PATH;
  const folders = PATH.split(delimiter);
  const others = folders.findIndex((folder) => !isBin(folder) && !isGypBin(folder));
  const leading = others === -1 ? folders : folders.slice(0, others);
  // It is the last that npm adds: a `node_modules/.bin` behind it is the user's.
  const last = leading.findLastIndex(isGypBin);
  return folders.slice(last === -1 ? leading.length : last + 1).join(delimiter);
}

function isBin(folder: string): boolean {
  return /(?:^|[\\/])node_modules[\\/]\.bin[\\/]?$/.test(folder);
}

function isGypBin(folder: string): boolean {
  return basename(folder) === 'node-gyp-bin';
}
