/** Ruby, .NET, PHP and Rust. */
import type { Facts } from '../facts.ts';
import type { Recipe } from '../recipe.ts';
import { unsetVariables } from '../shell.ts';
import { fetchCa, NO_PROXY, PINNED, STORE_OF_ITS_OWN, variableNames, variables } from './shared.ts';

export function others(facts: Facts): readonly Recipe[] {
  return [ruby(facts), dotnet(facts), php(facts), rust(facts)];
}

type Words = Pick<Recipe, 'id' | 'title' | 'check' | 'limits' | 'unseen'> & { readonly text: string };

/** Clients that read `SSL_CERT_FILE`. */
function byOpenssl(facts: Facts, { text, ...words }: Words): Recipe {
  const more = { SSL_CERT_FILE: facts.caWord };
  return {
    ...words,
    steps: [...fetchCa(facts), { text, code: variables(facts, more) }],
    undo: [
      {
        text: 'Take the variables back, or close the shell:',
        code: unsetVariables(facts.shell, variableNames(facts, Object.keys(more))),
      },
    ],
    unseen: [...words.unseen, NO_PROXY],
  };
}

function ruby(facts: Facts): Recipe {
  return byOpenssl(facts, {
    id: 'ruby',
    title: 'Ruby',
    text: 'Net::HTTP, and Faraday and HTTParty on it, read the variables. Set them before Ruby starts:',
    check: {
      text: 'One request, from the same shell. It prints the status:',
      code: `ruby -rnet/http -e "puts Net::HTTP.get_response(URI('${facts.target}')).code"`,
    },
    limits: [
      'Loopback is never proxied.',
      STORE_OF_ITS_OWN,
      'Bundler takes its roots from `bundle config ssl_ca_cert FILE`.',
    ],
    unseen: ['`Net::HTTP.new(host, port, nil)` means: no proxy.'],
  });
}

function dotnet(facts: Facts): Recipe {
  return byOpenssl(facts, {
    id: 'dotnet',
    title: '.NET',
    text: 'HttpClient reads the proxy’s variables before the system’s settings; `SSL_CERT_FILE` holds on Linux. On macOS and Windows it asks the system what to trust: do there what *System* says of the CA.',
    check: {
      text: 'One request by PowerShell 7, which is .NET:',
      code: `pwsh -c "(Invoke-WebRequest ${facts.target}).StatusCode"`,
    },
    limits: [
      'Loopback is never proxied.',
      'A `ServicePointManager` or `SocketsHttpHandler` with its own callback may pin.',
    ],
    unseen: ['The handler has `UseProxy = false`.'],
  });
}

function php(facts: Facts): Recipe {
  const { caWord, target } = facts;
  const command = `php -d curl.cainfo=${caWord} -d openssl.cafile=${caWord}`;
  return {
    id: 'php',
    title: 'PHP',
    steps: [
      ...fetchCa(facts),
      { text: 'The curl extension, and Guzzle on it, read the proxy’s variables:', code: variables(facts) },
      { text: 'Give PHP the CA:', code: `${command} SCRIPT.php` },
    ],
    check: {
      text: 'One request, from the same shell:',
      code: `${command} -r "curl_exec(curl_init('${target}'));"`,
    },
    undo: [
      {
        text: 'Take the variables back, or close the shell:',
        code: unsetVariables(facts.shell, variableNames(facts)),
      },
    ],
    limits: [
      '`file_get_contents()` reads no variables: its stream context needs `proxy` (`tcp://HOST:PORT`) and `request_fulluri`.',
      'Under FPM or Apache the settings belong into `php.ini`, the variables into the service.',
    ],
    unseen: [NO_PROXY],
  };
}

function rust(facts: Facts): Recipe {
  return byOpenssl(facts, {
    id: 'rust',
    title: 'Rust',
    text: 'reqwest and ureq read the proxy’s variables; `SSL_CERT_FILE` is read by native-tls on Linux and by rustls with rustls-native-certs.',
    check: {
      text: 'Cargo is such a client, with a variable of its own for the CA. One request to crates.io:',
      code: `cargo --config http.cainfo='${facts.caPath}' search tlscope --limit 1`,
    },
    limits: ['rustls with webpki-roots trusts what was compiled in, nothing else.', STORE_OF_ITS_OWN, PINNED],
    unseen: ['The client was built with `no_proxy()`.'],
  });
}
