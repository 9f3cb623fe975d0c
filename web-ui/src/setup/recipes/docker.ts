/** Containers: programs in them see another loopback and other files. */
import { hostPort } from '../../text/format.ts';
import type { Facts } from '../facts.ts';
import type { Recipe } from '../recipe.ts';
import { fetchCa, PINNED, STORE_OF_ITS_OWN } from './shared.ts';

export function docker(facts: Facts): readonly Recipe[] {
  return [run(facts), build(facts), all(facts)];
}

const INSIDE = '/tlscope-ca.pem';
const ROOTS = ['SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'];

/** The proxy as a container sees it: the host's loopback has another name there. */
function seenFromInside({ local, proxy, port }: Facts): string {
  return local ? `http://${hostPort('host.docker.internal', port)}` : proxy;
}

const LOOPBACK_ON_LINUX =
  'On Linux a container reaches the host’s loopback only with `--network host`; else tlscope must listen on an address that the container reaches. Docker Desktop leads `host.docker.internal` to the host’s loopback.';

function run(facts: Facts): Recipe {
  const { local, caWord, target } = facts;
  const proxy = seenFromInside(facts);
  const options = [
    `-e https_proxy=${proxy} -e http_proxy=${proxy} -e HTTPS_PROXY=${proxy} -e HTTP_PROXY=${proxy}`,
    `${ROOTS.map((name) => `-e ${name}=${INSIDE}`).join(' ')} -e NODE_USE_ENV_PROXY=1`,
    `-v ${caWord}:${INSIDE}:ro${local ? ' --add-host host.docker.internal:host-gateway' : ''}`,
  ].join(' ');
  return {
    id: 'docker-run',
    title: 'docker run',
    steps: [
      ...fetchCa(facts),
      {
        text: 'Give the container the variables and the CA’s file. The names are those for curl, OpenSSL, Python’s requests and Node; for others, see there.',
        code: `docker run --rm ${options} IMAGE`,
      },
      ...(local
        ? [
            {
              text: 'On Linux, where tlscope listens on loopback alone, instead, within the host’s network:',
              code: `docker run --rm --network host ${options.replaceAll(proxy, facts.proxy).replace(' --add-host host.docker.internal:host-gateway', '')} IMAGE`,
            },
          ]
        : []),
    ],
    check: { text: 'One request from a container:', code: `docker run --rm ${options} curlimages/curl -sSI ${target}` },
    undo: [{ text: 'Nothing: the options hold for the one container.' }],
    limits: [...(local ? [LOOPBACK_ON_LINUX] : []), STORE_OF_ITS_OWN, PINNED],
    unseen: [
      'The address is the host’s loopback, which in the container is its own.',
      'A firewall of the host drops what comes from the bridge.',
    ],
  };
}

function build(facts: Facts): Recipe {
  const proxy = seenFromInside(facts);
  const args = `--build-arg https_proxy=${proxy} --build-arg http_proxy=${proxy}`;
  return {
    id: 'docker-build',
    title: 'docker build',
    steps: [
      ...fetchCa(facts),
      {
        text: 'Copy the CA’s file beside the Dockerfile:',
        code:
          facts.shell === 'posix' ? `cp ${facts.caWord} tlscope-ca.crt` : `Copy-Item ${facts.caWord} tlscope-ca.crt`,
      },
      {
        text: 'Trust it in a stage that is not shipped (Debian’s images need the package ca-certificates):',
        code: 'COPY tlscope-ca.crt /usr/local/share/ca-certificates/\nRUN update-ca-certificates',
      },
      {
        text: 'Build with the proxy; these arguments need no ARG line and are not kept in the image.',
        code: `docker build ${args}${facts.local ? ' --add-host host.docker.internal:host-gateway' : ''} .`,
      },
    ],
    check: { text: 'A build whose steps download something:', code: `docker build --no-cache ${args} .` },
    undo: [{ text: 'Take both lines out of the Dockerfile and remove the file.' }],
    limits: [
      ...(facts.local ? [LOOPBACK_ON_LINUX] : []),
      'Base images are pulled by the daemon, not by the build: the daemon has proxy settings of its own.',
    ],
    unseen: ['The step was taken from the cache: `--no-cache`.'],
  };
}

function all(facts: Facts): Recipe {
  const proxy = seenFromInside(facts);
  const config = { proxies: { default: { httpProxy: proxy, httpsProxy: proxy } } };
  return {
    id: 'docker-config',
    title: 'All containers',
    steps: [
      {
        text: 'In `~/.docker/config.json`; every container and build that is started from then on gets the variables. The CA is still to be given to each.',
        code: JSON.stringify(config, null, 2),
      },
    ],
    check: { text: 'The variables in a new container:', code: 'docker run --rm alpine env' },
    undo: [{ text: 'Take `proxies` out of the file.' }],
    limits: [...(facts.local ? [LOOPBACK_ON_LINUX] : []), 'Containers that run already keep their environment.'],
    unseen: ['Another client of Docker is used, with another configuration: `docker context ls`.'],
  };
}
