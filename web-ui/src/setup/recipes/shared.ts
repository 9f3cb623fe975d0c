/** Steps and sentences that several recipes share. */
import { hostPort } from '../../text/format.ts';
import type { Facts } from '../facts.ts';
import type { Step } from '../recipe.ts';
import { setVariables } from '../shell.ts';

/** On another machine the CA's certificate must come there first; on tlscope's own it is there. */
export function fetchCa({ local, caUrl, caWord, shell }: Facts): readonly Step[] {
  if (local) return [];
  return [
    {
      text: 'Fetch the CA certificate. Its SHA-256 fingerprint must be the one above: the network between could have changed it.',
      code:
        shell === 'posix'
          ? `curl -o ${caWord} ${caUrl}\nopenssl x509 -in ${caWord} -noout -fingerprint -sha256`
          : `curl.exe -o ${caWord} ${caUrl}\ncertutil -dump ${caWord}`,
    },
  ];
}

/** The variables that name the proxy. curl reads no upper-case `HTTP_PROXY`, some others nothing else. */
export function proxyVariables({ proxy }: Facts): Readonly<Record<string, string>> {
  return { https_proxy: proxy, http_proxy: proxy, HTTPS_PROXY: proxy, HTTP_PROXY: proxy };
}

/** Sets them and more for what is started from this shell. */
export function variables(facts: Facts, more: Readonly<Record<string, string>> = {}): string {
  // Windows does not tell upper case from lower in names of variables.
  const { proxy } = facts;
  const named = facts.shell === 'posix' ? proxyVariables(facts) : { HTTPS_PROXY: proxy, HTTP_PROXY: proxy };
  return setVariables(facts.shell, { ...named, ...more });
}

/** Names of the variables that {@link variables} set, for taking them back. */
export function variableNames(facts: Facts, more: readonly string[] = []): readonly string[] {
  return [...(facts.shell === 'posix' ? Object.keys(proxyVariables(facts)) : ['HTTPS_PROXY', 'HTTP_PROXY']), ...more];
}

/** How a phone opens the proxy's own page, where the CA certificate is; `then` is what to do on it. */
export function openOnPhone({ phone, port, command }: Facts, then: string): Step {
  if (phone === undefined)
    return {
      text: 'Phones cannot reach this tlscope: it listens on loopback alone, or this machine is in no network. Start it on all addresses; everybody in your network can use the proxy then, while the dashboard stays on loopback.',
      code: `${command} start --host 0.0.0.0`,
    };
  return { text: then, qr: `http://${hostPort(phone, port)}/` };
}

/** What goes into the two fields of a phone's proxy settings. */
export function phoneFields(
  facts: Facts,
  host: string,
  port: string,
): readonly (readonly [string, string | undefined])[] {
  return [
    [host, facts.phone],
    [port, String(facts.port)],
  ];
}

/** Words for the field of a form: where the certificate's file is. */
export function fileValues({ caPath }: Facts): readonly (readonly [string, string])[] {
  return [['File', caPath]];
}

export const STORE_OF_ITS_OWN =
  'The file takes the place of the program’s own roots. That is enough while everything comes through the proxy; a host that passes untouched needs a file with both.';
export const PINNED =
  'A program that pins certificates refuses this one whatever it trusts. Let such a host pass untouched: `--passthrough HOST`.';
export const OTHER_SHELL = 'The variables hold in this shell and in what is started from it, nowhere else.';
export const NO_PROXY = '`no_proxy` (or `NO_PROXY`) is set and names the host.';
