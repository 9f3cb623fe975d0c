/** Python's clients. */
import type { Facts } from '../facts.ts';
import type { Recipe } from '../recipe.ts';
import { unsetVariables } from '../shell.ts';
import { fetchCa, NO_PROXY, STORE_OF_ITS_OWN, variableNames, variables } from './shared.ts';

export function python(facts: Facts): readonly Recipe[] {
  return [requests(facts), httpx(facts), standard(facts), aiohttp(facts), pip(facts)];
}

/** A client that reads the variables of the environment. */
function byVariables(
  facts: Facts,
  { roots, script, ...recipe }: Pick<Recipe, 'id' | 'title' | 'limits' | 'unseen'> & { roots: string; script: string },
): Recipe {
  const more = { [roots]: facts.caWord };
  return {
    ...recipe,
    steps: [...fetchCa(facts), { text: 'Set the variables before Python starts:', code: variables(facts, more) }],
    check: {
      text: 'One request, from the same shell. It prints the status:',
      code: `${facts.shell === 'posix' ? 'python3' : 'py'} -c "${script}"`,
    },
    undo: [
      {
        text: 'Take the variables back, or close the shell:',
        code: unsetVariables(facts.shell, variableNames(facts, [roots])),
      },
    ],
    unseen: [...recipe.unseen, NO_PROXY],
  };
}

function requests(facts: Facts): Recipe {
  return byVariables(facts, {
    id: 'python-requests',
    title: 'requests',
    roots: 'REQUESTS_CA_BUNDLE',
    script: `import requests; print(requests.get('${facts.target}').status_code)`,
    limits: [
      'requests has roots of its own (certifi): the system’s store does not help.',
      '`verify=` with a file, in the program, goes before the variable.',
      STORE_OF_ITS_OWN,
    ],
    unseen: ['The session has `trust_env = False`.'],
  });
}

function httpx(facts: Facts): Recipe {
  return byVariables(facts, {
    id: 'python-httpx',
    title: 'httpx',
    roots: 'SSL_CERT_FILE',
    script: `import httpx; print(httpx.get('${facts.target}').status_code)`,
    limits: ['`verify=` in the program goes before the variable.', STORE_OF_ITS_OWN],
    unseen: ['The client has `trust_env=False`.'],
  });
}

function standard(facts: Facts): Recipe {
  return byVariables(facts, {
    id: 'python-urllib',
    title: 'urllib',
    roots: 'SSL_CERT_FILE',
    script: `import urllib.request; print(urllib.request.urlopen('${facts.target}').status)`,
    limits: ['`http.client` alone knows no proxy: `set_tunnel()`.', STORE_OF_ITS_OWN],
    unseen: [],
  });
}

function aiohttp(facts: Facts): Recipe {
  const script = [
    'import asyncio, aiohttp',
    'async def main():',
    '    async with aiohttp.ClientSession(trust_env=True) as session:',
    `        print((await session.get('${facts.target}')).status)`,
    'asyncio.run(main())',
  ].join('\n');
  const recipe = byVariables(facts, {
    id: 'python-aiohttp',
    title: 'aiohttp',
    roots: 'SSL_CERT_FILE',
    script,
    limits: [STORE_OF_ITS_OWN],
    unseen: ['The session was made without `trust_env=True`.'],
  });
  const change = { text: 'In the program, make the session with `aiohttp.ClientSession(trust_env=True)`.' };
  return { ...recipe, steps: [...recipe.steps, change] };
}

function pip(facts: Facts): Recipe {
  const options = `--proxy ${facts.proxy} --cert ${facts.caWord}`;
  return {
    id: 'pip',
    title: 'pip',
    steps: [...fetchCa(facts), { text: 'For one command:', code: `pip install ${options} PACKAGE` }],
    check: {
      text: 'One request to PyPI; nothing is installed:',
      code: `pip download ${options} --no-deps --no-cache-dir -d tlscope-check six`,
    },
    undo: [{ text: 'Nothing: the options hold for the one command.' }],
    limits: ['What a package downloads while it is built does not read these options.'],
    unseen: ['What was asked for is in pip’s cache: `--no-cache-dir`.'],
  };
}
