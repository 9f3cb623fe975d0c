/** Programs of the terminal. */
import type { Facts } from '../facts.ts';
import type { Recipe } from '../recipe.ts';
import { unsetVariables } from '../shell.ts';
import { fetchCa, NO_PROXY, OTHER_SHELL, PINNED, STORE_OF_ITS_OWN, variableNames, variables } from './shared.ts';

export function terminal(facts: Facts): readonly Recipe[] {
  return [
    ...(facts.local ? [run(facts)] : []),
    environment(facts),
    curl(facts),
    openssl(facts),
    wget(facts),
    git(facts),
  ];
}

function run({ tlscope, target }: Facts): Recipe {
  return {
    id: 'tlscope-run',
    title: 'tlscope run',
    steps: [
      {
        text: 'Start the program with `tlscope run --` before it. The proxy and CA variables that some twenty kinds of clients read are set for it alone, with your system’s roots beside the CA.',
        code: tlscope('run', '-- COMMAND'),
      },
    ],
    check: { text: 'One request:', code: tlscope('run', `-- curl ${target}`) },
    undo: [{ text: 'Nothing: the variables end with the command.' }],
    limits: ['A program that reads no variables: Java, browsers, what uses Windows’ or macOS’s own TLS.', PINNED],
    unseen: ['The program hands its work to a daemon that was started before (Gradle, Bazel, Docker).'],
  };
}

function environment(facts: Facts): Recipe {
  const roots = { SSL_CERT_FILE: facts.caWord, CURL_CA_BUNDLE: facts.caWord };
  return {
    id: 'variables',
    title: 'Variables',
    steps: [
      ...fetchCa(facts),
      {
        text: 'Set the variables in the shell from which the program is started. `SSL_CERT_FILE` is read by what uses OpenSSL, and by Go and Rust on Linux; `CURL_CA_BUNDLE` by curl.',
        code: variables(facts, roots),
      },
    ],
    check: { text: 'One request, from the same shell:', code: `${curlOf(facts)} ${facts.target}` },
    undo: [
      {
        text: 'Take the variables back, or close the shell:',
        code: unsetVariables(facts.shell, variableNames(facts, Object.keys(roots))),
      },
    ],
    limits: [STORE_OF_ITS_OWN, 'Java reads none of them, Node and Python’s requests others: see there.', PINNED],
    unseen: [OTHER_SHELL, NO_PROXY],
  };
}

function curl(facts: Facts): Recipe {
  const { proxy, caWord, target } = facts;
  // PowerShell 5 drops an empty argument.
  const everything = facts.shell === 'posix' ? ` --noproxy ''` : '';
  const command = `${curlOf(facts)} --proxy ${proxy} --cacert ${caWord}${everything}`;
  return {
    id: 'curl',
    title: 'curl',
    steps: [
      ...fetchCa(facts),
      {
        text: `Give curl the proxy and the CA.${everything && " `--noproxy ''` makes it ask the proxy for every host, whatever `no_proxy` says."}`,
        code: `${command} URL`,
      },
    ],
    check: { text: 'One request, of which only the head is asked for:', code: `${command} --head ${target}` },
    undo: [{ text: 'Nothing: the options hold for the one command.' }],
    limits: [
      ...(facts.shell === 'posix'
        ? []
        : ['Windows’ curl looks for a revocation list, which this CA has not: hence `--ssl-revoke-best-effort`.']),
      '`--http3` goes around the proxy.',
    ],
    unseen: ['A `~/.curlrc` names another proxy.'],
  };
}

function openssl({ host, port, proxy, caWord, target, ...rest }: Facts): Recipe {
  const { hostname, port: given } = new URL(target);
  const to = `${hostname}:${given === '' ? 443 : given}`;
  const at = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const command = (connect: string, name: string) =>
    `openssl s_client -proxy ${at} -connect ${connect} -servername ${name} -CAfile ${caWord} -verify_return_error`;
  return {
    id: 'openssl',
    title: 'openssl',
    steps: [
      ...fetchCa({ host, port, proxy, caWord, target, ...rest }),
      { text: 'Connect through the proxy:', code: command('HOST:443', 'HOST') },
    ],
    check: {
      text: 'One handshake. It says `Verify return code: 0 (ok)`:',
      code: rest.shell === 'posix' ? `${command(to, hostname)} < /dev/null` : `'Q' | ${command(to, hostname)}`,
    },
    undo: [{ text: 'Nothing: the options hold for the one command.' }],
    limits: ['`-proxy` needs OpenSSL 1.1.0; LibreSSL’s `openssl`, as on macOS, has it since 2.9.'],
    unseen: [],
  };
}

function wget(facts: Facts): Recipe {
  const { proxy, caWord, target } = facts;
  const command = `wget -e use_proxy=yes -e https_proxy=${proxy} -e http_proxy=${proxy} --ca-certificate=${caWord}`;
  return {
    id: 'wget',
    title: 'wget',
    steps: [...fetchCa(facts), { text: 'Give wget the proxy and the CA:', code: `${command} URL` }],
    check: { text: 'One request:', code: `${command} -O - ${target}` },
    undo: [{ text: 'Nothing: the options hold for the one command.' }],
    limits: ['In PowerShell 5, `wget` is another program: write `wget.exe`.'],
    unseen: [NO_PROXY],
  };
}

function git(facts: Facts): Recipe {
  const { proxy, caWord, target } = facts;
  const command = `git -c http.proxy=${proxy} -c http.sslCAInfo=${caWord}`;
  return {
    id: 'git',
    title: 'git',
    steps: [...fetchCa(facts), { text: 'For one command, with an `https://` remote:', code: `${command} fetch` }],
    check: {
      text: 'One request; that there is no repository does not matter:',
      code: `${command} ls-remote ${target}`,
    },
    undo: [{ text: 'Nothing: `-c` holds for the one command.' }],
    limits: [
      'Remotes by SSH (`git@…`) use no TLS.',
      'Git for Windows with `http.sslBackend=schannel` asks Windows’ store, not the file.',
    ],
    unseen: ['The remote is not an `https://` one: `git remote -v`.'],
  };
}

function curlOf({ shell }: Facts): string {
  return shell === 'posix' ? 'curl' : 'curl.exe --ssl-revoke-best-effort';
}
