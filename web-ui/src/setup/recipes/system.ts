/** The settings of a whole system: what takes them from there comes through the proxy. */
import type { Facts } from '../facts.ts';
import type { Recipe, Step } from '../recipe.ts';
import { shellQuoted } from '../shell.ts';
import { fetchCa, PINNED } from './shared.ts';

export function system(facts: Facts): readonly Recipe[] {
  return [macos(facts), windows(facts), gnome(facts), kde(facts)];
}

const OWN_STORES = 'Firefox, Java, Node, Python’s requests and others have trust stores of their own: see there.';

function checkInBrowser({ target }: Facts): Step {
  return { text: 'Open this in a browser that uses the system’s settings, in a new window:', code: target };
}

function fields({ host, port }: Facts): readonly (readonly [string, string])[] {
  return [
    ['Server', host],
    ['Port', String(port)],
  ];
}

function macos(facts: Facts): Recipe {
  const { host, port, caWord, caName } = facts;
  const keychain = '~/Library/Keychains/login.keychain-db';
  return {
    id: 'macos',
    title: 'macOS',
    steps: [
      ...fetchCa({ ...facts, shell: 'posix' }),
      {
        text: 'Set the proxy: *System Settings > Network > your network > Details… > Proxies*, switch on *Web proxy (HTTP)* and *Secure web proxy (HTTPS)*. Or in the terminal, where `Wi-Fi` is the name of the service (`networksetup -listallnetworkservices`):',
        values: fields(facts),
        code: [
          `networksetup -setwebproxy Wi-Fi ${host} ${port}`,
          `networksetup -setsecurewebproxy Wi-Fi ${host} ${port}`,
        ].join('\n'),
      },
      {
        text: 'Trust the CA, for your user alone. macOS asks for your password.',
        code: `security add-trusted-cert -r trustRoot -k ${keychain} ${caWord}`,
      },
    ],
    check: checkInBrowser(facts),
    undo: [
      {
        text: 'Switch the proxies off and forget the CA, or delete it in *Keychain Access > login > Certificates*.',
        code: [
          'networksetup -setwebproxystate Wi-Fi off',
          'networksetup -setsecurewebproxystate Wi-Fi off',
          `security delete-certificate -t -c ${shellQuoted(caName)} ${keychain}`,
        ].join('\n'),
      },
    ],
    limits: [
      OWN_STORES,
      'Programs of the terminal do not read the system’s proxies; Apple’s `curl` asks the keychain for trust, but not for the proxy.',
      'Apple’s own services pin, and fail: App Store, iCloud, software update.',
      PINNED,
    ],
    unseen: [
      'The settings belong to another network service than the one in use.',
      '*Bypass proxy settings for these hosts & domains* names the host.',
      'iCloud Private Relay or a VPN goes before the proxy.',
    ],
  };
}

function windows(facts: Facts): Recipe {
  const { caWord, caName } = facts;
  return {
    id: 'windows',
    title: 'Windows',
    steps: [
      ...fetchCa({ ...facts, shell: 'powershell' }),
      {
        text: 'Set the proxy: *Settings > Network & internet > Proxy > Manual proxy setup > Use a proxy server > Set up*, switch *Use a proxy server* on, and leave *Don’t use the proxy server for local (intranet) addresses* unticked.',
        values: [
          ['Proxy IP address', facts.host],
          ['Port', String(facts.port)],
        ],
      },
      {
        text: 'Trust the CA, for your user alone. Windows shows its fingerprint and asks.',
        code: `certutil -user -addstore Root ${caWord}`,
      },
    ],
    check: checkInBrowser(facts),
    undo: [
      {
        text: 'Switch *Use a proxy server* off and forget the CA, or delete it in `certmgr.msc` under *Trusted Root Certification Authorities*.',
        code: `certutil -user -delstore Root "${caName}"`,
      },
    ],
    limits: [
      OWN_STORES,
      'Services and store apps of other users do not see your user’s settings; `netsh winhttp` has a proxy of its own.',
      'What checks revocation strictly (Schannel clients such as Windows’ curl) finds no list for this CA.',
      PINNED,
    ],
    unseen: [
      '*Use setup script* or *Automatically detect settings* goes first: switch both off.',
      'A VPN goes before the proxy.',
    ],
  };
}

/** How Linux distributions add a root for all their programs. */
function linuxTrust({ caWord }: Facts): readonly Step[] {
  return [
    {
      text: 'Trust the CA. On Debian and Ubuntu:',
      code: `sudo cp ${caWord} /usr/local/share/ca-certificates/tlscope-ca.crt && sudo update-ca-certificates`,
    },
    { text: 'On Fedora, RHEL and Arch:', code: `sudo trust anchor --store ${caWord}` },
  ];
}

function linuxDistrust({ caWord }: Facts): readonly Step[] {
  return [
    {
      text: 'Forget the CA on Debian and Ubuntu:',
      code: 'sudo rm /usr/local/share/ca-certificates/tlscope-ca.crt && sudo update-ca-certificates --fresh',
    },
    { text: 'On Fedora, RHEL and Arch:', code: `sudo trust anchor --remove ${caWord}` },
  ];
}

const LINUX_LIMITS = [
  'Chromium and Firefox on Linux do not ask the system’s store: see *Browser*.',
  'Programs of the terminal read variables, not these settings: see *Terminal*.',
  'Java, Node and Python’s requests have trust stores of their own: see there.',
  PINNED,
];

function gnome(facts: Facts): Recipe {
  const { host, port } = facts;
  const set = (scheme: string) => [
    `gsettings set org.gnome.system.proxy.${scheme} host ${host}`,
    `gsettings set org.gnome.system.proxy.${scheme} port ${port}`,
  ];
  return {
    id: 'gnome',
    title: 'GNOME',
    steps: [
      ...fetchCa({ ...facts, shell: 'posix' }),
      {
        text: 'Set the proxy: *Settings > Network > Proxy*, switch it on, *Configuration: Manual*, for HTTP and HTTPS. Or in the terminal:',
        values: fields(facts),
        code: [...set('http'), ...set('https'), `gsettings set org.gnome.system.proxy mode manual`].join('\n'),
      },
      ...linuxTrust(facts),
    ],
    check: {
      text: 'With a program that asks GNOME, from the terminal:',
      code: `gio cat ${facts.target}`,
    },
    undo: [
      { text: 'Switch the proxy off:', code: 'gsettings set org.gnome.system.proxy mode none' },
      ...linuxDistrust(facts),
    ],
    limits: LINUX_LIMITS,
    unseen: ['*Ignored hosts* names the host; at first it names loopback.'],
  };
}

function kde(facts: Facts): Recipe {
  return {
    id: 'kde',
    title: 'KDE Plasma',
    steps: [
      ...fetchCa({ ...facts, shell: 'posix' }),
      {
        text: 'Set the proxy: *System Settings*, search for *Proxy*, *Use manually specified proxy configuration*, for HTTP and for SSL.',
        values: [
          ['HTTP proxy, SSL proxy', facts.host],
          ['Port', String(facts.port)],
        ],
      },
      ...linuxTrust(facts),
    ],
    check: { text: 'With a program that asks KDE, such as Chromium:', code: `chromium ${facts.target}` },
    undo: [{ text: 'Set *No proxy* in the same place.' }, ...linuxDistrust(facts)],
    limits: LINUX_LIMITS,
    unseen: ['*Exceptions* names the host.', 'Programs that run already read the settings when they start.'],
  };
}
