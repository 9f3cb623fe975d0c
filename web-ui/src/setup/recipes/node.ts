/** Node.js and what is built on it. */
import type { Facts } from '../facts.ts';
import type { Recipe } from '../recipe.ts';
import { unsetVariables, writeFile } from '../shell.ts';
import { fetchCa, NO_PROXY, OTHER_SHELL, PINNED, variableNames, variables } from './shared.ts';

export function node(facts: Facts): readonly Recipe[] {
  return [modern(facts), older(facts), npm(facts)];
}

function modern(facts: Facts): Recipe {
  const more = { NODE_USE_ENV_PROXY: '1', NODE_EXTRA_CA_CERTS: facts.caWord };
  return {
    id: 'node',
    title: 'Node.js',
    steps: [
      ...fetchCa(facts),
      {
        text: 'From Node 22.21 and 24.5 on: set the variables before Node starts. `NODE_USE_ENV_PROXY` makes `fetch`, `http` and `https` read the proxy’s; `NODE_EXTRA_CA_CERTS` adds the CA to Node’s own roots.',
        code: variables(facts, more),
      },
    ],
    check: {
      text: 'One request, from the same shell. It prints the status:',
      code: `node -e "fetch('${facts.target}').then((response) => console.log(response.status))"`,
    },
    undo: [
      {
        text: 'Take the variables back, or close the shell:',
        code: unsetVariables(facts.shell, variableNames(facts, Object.keys(more))),
      },
    ],
    limits: [
      'A program that gives its requests an agent or dispatcher of its own decides itself.',
      'A `ca` option in the program takes the place of all roots, this one too.',
      'Electron reads `NODE_EXTRA_CA_CERTS` in its main process alone; its windows are Chromium.',
    ],
    unseen: [
      'The Node is older and does not know `NODE_USE_ENV_PROXY`: `node --version`.',
      'The program sets variables itself, too late: Node reads these once, at its start.',
      NO_PROXY,
    ],
  };
}

function older(facts: Facts): Recipe {
  const file = 'through-tlscope.mjs';
  const more = { NODE_EXTRA_CA_CERTS: facts.caWord };
  return {
    id: 'node-older',
    title: 'Node.js 18, 20',
    steps: [
      ...fetchCa(facts),
      {
        text: 'These read no proxy variable by themselves; undici 6 brings that to `fetch`. In the program’s folder:',
        code: [
          'npm install --no-save undici@6',
          writeFile(facts.shell, file, [
            `import { EnvHttpProxyAgent, setGlobalDispatcher } from 'undici';`,
            'setGlobalDispatcher(new EnvHttpProxyAgent());',
          ]),
        ].join('\n'),
      },
      { text: 'Set the variables before Node starts:', code: variables(facts, more) },
      { text: 'Start the program with that module first:', code: `node --import ./${file} PROGRAM` },
    ],
    check: {
      text: 'One request, from the same shell and folder. It prints the status:',
      code: `node --import ./${file} -e "fetch('${facts.target}').then((response) => console.log(response.status))"`,
    },
    undo: [
      {
        text: 'Remove the module and take the variables back:',
        code: `${facts.shell === 'posix' ? 'rm' : 'Remove-Item'} ${file}\n${unsetVariables(facts.shell, variableNames(facts, Object.keys(more)))}`,
      },
    ],
    limits: ['`http` and `https`, and libraries on them (axios, got, node-fetch), need an agent that knows proxies.'],
    unseen: [NO_PROXY],
  };
}

function npm(facts: Facts): Recipe {
  const { proxy, caWord } = facts;
  const options = `--proxy ${proxy} --https-proxy ${proxy} --cafile ${caWord}`;
  return {
    id: 'npm',
    title: 'npm',
    steps: [...fetchCa(facts), { text: 'For one command:', code: `npm install ${options}` }],
    check: { text: 'One request to the registry:', code: `npm ping ${options}` },
    undo: [{ text: 'Nothing: the options hold for the one command.' }],
    limits: ['Scripts that packages run are programs of their own: for those, see Node.js.', PINNED],
    unseen: [OTHER_SHELL],
  };
}
