/** Where Chromium and Chrome are installed. */
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

interface Places {
  /** Looked for on PATH, best first. */
  readonly commands: readonly string[];
  /** Folders to look in after PATH; those with an unset variable are passed over. */
  readonly folders: (env: Environment) => readonly (string | undefined)[];
  /** Paths below each of the folders. */
  readonly files: readonly string[];
}

const LINUX: Places = {
  commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'],
  folders: () => ['/'],
  files: ['snap/bin/chromium', 'usr/lib/chromium/chromium', 'opt/google/chrome/chrome'],
};

const PLACES: Readonly<Record<string, Places>> = {
  darwin: {
    commands: ['chromium', 'google-chrome'],
    folders: (env) => ['/Applications', posix.join(env['HOME'] ?? homedir(), 'Applications')],
    files: ['Google Chrome.app/Contents/MacOS/Google Chrome', 'Chromium.app/Contents/MacOS/Chromium'],
  },
  win32: {
    commands: ['chrome.exe', 'chromium.exe'],
    folders: (env) => [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']],
    files: ['Google\\Chrome\\Application\\chrome.exe', 'Chromium\\Application\\chrome.exe'],
  },
};

/** The path of the first one that is there and may be run. */
export function findBrowser(
  platform: NodeJS.Platform = process.platform,
  env: Environment = process.env,
  isProgram: (path: string) => boolean = canRun,
): string | undefined {
  const places = PLACES[platform] ?? LINUX;
  const path = platform === 'win32' ? win32 : posix;
  const onPath = (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const candidates = [
    ...places.commands.flatMap((command) => onPath.map((folder) => path.join(folder, command))),
    ...places.folders(env).flatMap((folder) => (folder ? places.files.map((file) => path.join(folder, file)) : [])),
  ];
  return candidates.find(isProgram);
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
