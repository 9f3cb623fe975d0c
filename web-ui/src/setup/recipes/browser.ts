/** Browsers on a desktop. */
import type { Facts } from '../facts.ts';
import type { Recipe } from '../recipe.ts';
import { fetchCa, fileValues, PINNED } from './shared.ts';

export function browser(facts: Facts): readonly Recipe[] {
  return [
    ...(facts.local ? [throwAway(facts)] : []),
    firefox(facts),
    chrome(facts),
    chromeOnLinux(facts),
    safari(facts),
  ];
}

const QUIET_OPEN = 'A connection that was open before goes on as it was: close the page, or start the browser anew.';

function throwAway({ tlscope, target }: Facts): Recipe {
  return {
    id: 'tlscope-browser',
    title: 'tlscope browser',
    steps: [
      {
        text: 'Opens Chromium or Chrome in a throw-away profile that uses the proxy, for loopback too, and trusts the CA. Nothing of your own profile is touched. In a checkout, `tlscope` is `npm run -s tlscope --`.',
        code: tlscope('browser', 'URL'),
      },
    ],
    check: { text: 'One page:', code: tlscope('browser', target) },
    undo: [{ text: 'Close the browser; the profile is removed.' }],
    limits: [
      'It is not signed in anywhere, and has no extensions.',
      'QUIC is not used behind a proxy: HTTP/3 is not seen.',
    ],
    unseen: ['No Chromium or Chrome was found: name one with `--browser PATH`.'],
  };
}

function firefox(facts: Facts): Recipe {
  return {
    id: 'firefox',
    title: 'Firefox',
    steps: [
      ...fetchCa(facts),
      {
        text: 'Set the proxy: *Settings > General > Network Settings > Settings… > Manual proxy configuration*, and tick *Also use this proxy for HTTPS*.',
        values: [
          ['HTTP Proxy', facts.host],
          ['Port', String(facts.port)],
        ],
      },
      {
        text: 'Trust the CA: *Settings > Privacy & Security > Certificates > View Certificates… > Authorities > Import…*, choose the file, tick *Trust this CA to identify websites*.',
        values: fileValues(facts),
      },
    ],
    check: { text: 'Open in a new tab:', code: facts.target },
    undo: [
      { text: '*Settings > General > Network Settings > Settings…*: *Use system proxy settings*.' },
      {
        text: '*View Certificates… > Authorities*: choose the entry below «tlscope», *Delete or Distrust…*.',
        values: [['Name', facts.caName]],
      },
    ],
    limits: [
      'Firefox has a store of its own. On macOS and Windows it also takes roots that were added to the system’s.',
      'Loopback is never proxied unless `network.proxy.allow_hijacking_localhost` is `true` in `about:config`.',
      'Mozilla’s own services pin (`security.cert_pinning.enforcement_level`).',
    ],
    unseen: ['*No proxy for* names the host.', QUIET_OPEN, 'Another Firefox profile was changed than the one in use.'],
  };
}

function chrome(facts: Facts): Recipe {
  return {
    id: 'chrome',
    title: 'Chrome, Edge',
    steps: [
      {
        text: 'On macOS and Windows they take proxy and trust from the system: do what *System* says. On Linux, see the next recipe.',
      },
    ],
    check: { text: 'Open in a new window:', code: facts.target },
    undo: [{ text: 'As *System* says.' }],
    limits: [
      'Loopback is not proxied; `--proxy-bypass-list="<-loopback>"` at the start takes that back.',
      'QUIC is not used behind a proxy: HTTP/3 is not seen.',
      PINNED,
    ],
    unseen: [QUIET_OPEN, 'An extension or a policy of your organisation sets another proxy.'],
  };
}

function chromeOnLinux(facts: Facts): Recipe {
  const { proxy, caWord } = facts;
  const flags = `--proxy-server=${proxy} --proxy-bypass-list='<-loopback>'`;
  return {
    id: 'chromium-linux',
    title: 'Chromium on Linux',
    steps: [
      ...fetchCa({ ...facts, shell: 'posix' }),
      {
        text: 'Trust the CA in the store that Chromium and Chrome keep for your user (`certutil` is in libnss3-tools or nss-tools), or under `chrome://certificate-manager`.',
        code: `mkdir -p "$HOME/.pki/nssdb"\ncertutil -d "sql:$HOME/.pki/nssdb" -A -t C,, -n tlscope -i ${caWord}`,
      },
      { text: 'Start the browser with the proxy, when no window of it is open:', code: `chromium ${flags}` },
    ],
    check: { text: 'One page:', code: `chromium ${flags} ${facts.target}` },
    undo: [
      {
        text: 'Forget the CA; the flags hold for the one start.',
        code: 'certutil -d "sql:$HOME/.pki/nssdb" -D -n tlscope',
      },
    ],
    limits: [
      'Packages in a sandbox (Snap, Flatpak) keep that store elsewhere.',
      'QUIC is not used behind a proxy: HTTP/3 is not seen.',
      PINNED,
    ],
    unseen: ['A window was open: the flags of a second start are passed over.', QUIET_OPEN],
  };
}

function safari(facts: Facts): Recipe {
  return {
    id: 'safari',
    title: 'Safari',
    steps: [{ text: 'Safari takes proxy and trust from macOS: do what *System > macOS* says.' }],
    check: { text: 'Open in a new window:', code: facts.target },
    undo: [{ text: 'As *System > macOS* says.' }],
    limits: ['iCloud Private Relay goes around the proxy: switch it off for the network.'],
    unseen: [QUIET_OPEN],
  };
}
