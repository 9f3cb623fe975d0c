#!/usr/bin/env node
/** The command line's door: a runtime that is too old gets one line here, before anything newer is loaded. */
import * as module from 'node:module';

const NEEDED = [24, 15] as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  console.error(`tlscope needs Node ${NEEDED.join('.')} or newer; this is ${process.version}.`);
  console.error(
    '  In a checkout run it by npm, which uses the pinned Node (npm start); elsewhere install a current Node LTS.',
  );
  process.exit(1);
}
// npm runs scripts in the folder of package.json; the files that a user names lie where they are.
const { npm_lifecycle_event: script = '', INIT_CWD: folder = '' } = process.env;
if (['tlscope', 'start'].includes(script) && folder !== '') process.chdir(folder);
// Compiled code is kept between runs, which halves the time to the first accepted connection.
module.enableCompileCache();
const { main } = await import('./cli/main.ts');
await main(process.argv);
