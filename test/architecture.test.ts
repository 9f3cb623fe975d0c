/** Holds the code to the tables of ARCHITECTURE.md. Every message says what to edit. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import { test } from 'node:test';
import { importsOf, packageOf } from './support/imports.ts';

const ROOT = resolve(import.meta.dirname, '..');
const DOCUMENT = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
/** They put things together, and so may import everything. */
const COMPOSERS = new Set(['app', 'cli', 'main']);
/** These layers also run in the browser. */
const BROWSER_TOO = ['shared', 'wire', 'insight', 'filter'];

interface Import {
  readonly file: string;
  readonly specifier: string;
}

const FILES = globSync(['src/**/*.ts', 'web-ui/src/**/*.{ts,svelte}'], { cwd: ROOT }).map(posixPath).sort();
const IMPORTS: readonly Import[] = FILES.flatMap((file) =>
  importsOf(file, readFileSync(join(ROOT, file), 'utf8')).map((specifier) => ({ file, specifier })),
);

test('layers import only the layers that ARCHITECTURE.md allows them', () => {
  const allowed = layers();
  const faults: string[] = [];
  for (const { file, specifier } of IMPORTS) {
    if (!specifier.startsWith('.')) continue;
    const from = layerOf(file);
    const to = layerOf(posix.join(dirname(file), specifier));
    if (from === undefined || from === to || COMPOSERS.has(from)) continue;
    const may = allowed.get(from);
    if (may === undefined) {
      faults.push(`${file}: src/${from} has no row in "Who may import whom" of ARCHITECTURE.md; add one`);
    } else if (to === undefined || !may.has(to)) {
      faults.push(
        `${file} imports ${specifier}, but ${from} may import only ${[...may].join(', ') || 'nothing'}; ` +
          `move the code, or change the row "${from} -> …" in ARCHITECTURE.md and give the reason in the commit`,
      );
    }
  }
  assert.deepEqual(faults, []);
});

test('the import table has no row for what does not exist, and no ring', () => {
  const allowed = layers();
  const faults: string[] = [];
  for (const [layer, may] of allowed) {
    for (const each of [layer, ...may]) {
      const there = [`src/${each}`, `src/${each}.ts`, each].some((path) => existsSync(join(ROOT, path)));
      if (!there) faults.push(`"Who may import whom" of ARCHITECTURE.md names ${each}, which does not exist`);
    }
    for (const each of may) {
      if (allowed.get(each)?.has(layer)) faults.push(`ARCHITECTURE.md lets ${layer} and ${each} import each other`);
    }
  }
  assert.deepEqual(faults, []);
});

test('packages stay behind their walls', () => {
  const walls = packageWalls();
  const faults: string[] = [];
  for (const { file, specifier } of IMPORTS) {
    const name = packageOf(specifier);
    if (!file.startsWith('src/') || name === undefined) continue;
    const places = walls.get(name);
    if (places === undefined) {
      faults.push(`${file} imports ${name}, which has no row in "Package walls" of ARCHITECTURE.md; add one`);
    } else if (!places.some((place) => file === place || file.startsWith(`${place}/`))) {
      faults.push(
        `${file} imports ${name}, which belongs to ${places.join(', ')} alone (ARCHITECTURE.md, "Package walls")`,
      );
    }
  }
  for (const [name, places] of walls) {
    for (const place of places) {
      const used = IMPORTS.some(({ file, specifier }) => packageOf(specifier) === name && file.startsWith(place));
      if (!used) faults.push(`"Package walls" of ARCHITECTURE.md gives ${name} to ${place}, which does not import it`);
    }
  }
  assert.deepEqual(faults, []);
});

test('what also runs in the browser imports nothing of Node’s and no package', () => {
  const faults = IMPORTS.filter(
    ({ file, specifier }) => BROWSER_TOO.includes(layerOf(file) ?? '') && !specifier.startsWith('.'),
  );
  assert.deepEqual(
    faults.map(({ file, specifier }) => `${file} imports ${specifier}: pass what it needs in as an argument instead`),
    [],
  );
});

test('Node’s own modules are imported by their node: names', () => {
  const faults = IMPORTS.filter(
    ({ file, specifier }) => file.startsWith('src/') && /^(fs|net|tls|http|crypto|path|os)$/.test(specifier),
  );
  assert.deepEqual(faults, []);
});

test('the tree in ARCHITECTURE.md names what src holds, no more and no less', () => {
  const drawn = new Set(
    block('Tree')
      .split('\n')
      .flatMap((line) => /^ {2}([\w.-]+)\/?(?:\s|$)/.exec(line)?.[1] ?? []),
  );
  const held = new Set(readdirSync(join(ROOT, 'src')));
  const faults = [
    ...[...held].filter((name) => !drawn.has(name)).map((name) => `src/${name} is missing from the tree`),
    ...[...drawn].filter((name) => !held.has(name)).map((name) => `the tree draws src/${name}, which does not exist`),
  ];
  for (const [, name = ''] of block('Tree').matchAll(/^([\w.-]+\/?)\s/gm)) {
    if (!existsSync(join(ROOT, name))) faults.push(`the tree draws ${name}, which does not exist`);
  }
  assert.deepEqual(faults, [], 'edit "## Tree" of ARCHITECTURE.md');
});

test('no file is named for having no purpose', () => {
  const faults = FILES.filter((file) => /(^|[/-])(utils?|helpers?|common|misc)([./-]|$)/.test(file));
  assert.deepEqual(faults, [], 'name the file after what it does, or move its parts to where they are used');
});

test('tests stand where their sources do', () => {
  const tests = globSync('test/**/*.test.ts', { cwd: ROOT }).map(posixPath);
  // Each of these is about more than one source file.
  const elsewhere = /^test\/(architecture|e2e\/|bench\/|scripts\/|web-ui\/|judge\/|support\/|fixtures\/)/;
  const folders = tests.filter(
    (file) => !elsewhere.test(file) && !existsSync(join(ROOT, dirname(file).replace(/^test/, 'src'))),
  );
  assert.deepEqual(folders, [], 'a test of src/a/b.ts is test/a/b.test.ts');
});

test('package-lock.json names no host to download from', () => {
  const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  assert.doesNotMatch(lock, /"resolved":/, 'run npm install with omit-lockfile-registry-resolved=true, as .npmrc says');
});

test('no source file names a place on one machine', () => {
  const faults = globSync(
    ['src/**/*.ts', 'test/**/*.ts', 'scripts/**/*.ts', 'bench/**/*', '*.{md,json,yml}', 'Dockerfile', '.ci/*'],
    { cwd: ROOT },
  )
    .map(posixPath)
    .filter((file) => /(?<![\w.])\/(?:work|root)\/[a-z]/.test(textOf(file)));
  assert.deepEqual(faults, [], 'paths are relative to the project or come from the caller');
});

/** `layer -> a, b` rows: what each layer may import besides itself. */
function layers(): Map<string, Set<string>> {
  const rows = block('Who may import whom').matchAll(/^([\w-]+) -> (.+)$/gm);
  return new Map([...rows].map(([, layer = '', may = '']) => [layer, new Set(may === '-' ? [] : may.split(/,\s*/))]));
}

/** `package: path, path` rows. */
function packageWalls(): Map<string, string[]> {
  const rows = block('Package walls').matchAll(/^(\S+): (.+)$/gm);
  return new Map([...rows].map(([, name = '', places = '']) => [name, places.split(/,\s*/)]));
}

/** The first fenced block under a heading. */
function block(heading: string): string {
  const [, after] = DOCUMENT.split(`\n## ${heading}\n`);
  const fenced = /^```\w*\n([\s\S]*?)^```$/m.exec(after?.split('\n## ')[0] ?? '')?.[1];
  assert.ok(fenced !== undefined, `ARCHITECTURE.md needs a fenced block under "## ${heading}"`);
  return fenced;
}

/** `src/wire/tls/x.ts` is of the layer `wire`, `src/errors.ts` of `errors`, the dashboard of `web-ui`. */
function layerOf(path: string): string | undefined {
  if (path.startsWith('web-ui/')) return 'web-ui';
  return /^src\/([\w-]+)/.exec(path)?.[1];
}

function textOf(file: string): string {
  const path = join(ROOT, file);
  return file.endsWith('/') || !/\.\w+$|Dockerfile|run$/.test(file) ? '' : readFileSync(path, 'utf8');
}

function posixPath(path: string): string {
  return path.replaceAll('\\', '/');
}
