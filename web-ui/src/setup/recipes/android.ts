/** Android: a device in the network, one on a cable, the emulator, and what an app must say of itself. */
import type { Facts } from '../facts.ts';
import type { Recipe, Step } from '../recipe.ts';
import { openOnPhone, phoneFields } from './shared.ts';

export function android(facts: Facts): readonly Recipe[] {
  return [device(facts), ...(facts.local ? [cable(facts), emulator(facts)] : []), app()];
}

const INSTALL: Step = {
  text: 'Install the CA: *Settings > Security & privacy > More security & privacy > Encryption & credentials > Install a certificate > CA certificate > Install anyway*, then choose `tlscope-ca.crt` in Downloads. On Samsung: *Settings > Security and privacy > More security settings > Install from phone storage > CA certificate*. Android wants a screen lock for it.',
};

const FORGET: Step = {
  text: 'Forget the CA: *Settings > Security & privacy > More security & privacy > Encryption & credentials > User credentials* (or *Trusted credentials > User*), choose it, *Uninstall*.',
};

const USER_CAS =
  'From Android 7 on, apps trust a CA that the user installed only if they say so in their network security configuration; Chrome does, most apps do not. See *Your own app*.';
const FIREFOX =
  'Firefox trusts it after *Settings > About Firefox*, taps on the logo until it says that the debug menu is on, *Settings > Secret Settings > Use third party CA certificates*.';
const FLUTTER =
  'Flutter and other runtimes with TLS of their own ask neither for the proxy nor for the system’s roots.';

function check({ target }: Facts): Step {
  return { text: 'Open this in Chrome on the device:', code: target };
}

function device(facts: Facts): Recipe {
  return {
    id: 'android-device',
    title: 'Phone or tablet',
    steps: [
      openOnPhone(
        facts,
        'In the same network as tlscope, scan this with the device’s camera. The page that opens is the proxy’s own: download the CA certificate there.',
      ),
      INSTALL,
      {
        text: 'Set the proxy: *Settings > Network & internet > Internet*, the gear beside the network, the pencil, *Advanced options > Proxy: Manual*.',
        values: phoneFields(facts, 'Proxy hostname', 'Proxy port'),
      },
    ],
    check: check(facts),
    undo: [{ text: 'In the same place, *Proxy: None*.' }, FORGET],
    limits: [USER_CAS, FIREFOX, FLUTTER, 'Mobile data and VPNs go around a Wi-Fi network’s proxy.'],
    unseen: [
      'The network keeps its devices apart (guest networks do).',
      'The firewall of this machine drops what comes in.',
      'The device is on mobile data.',
    ],
  };
}

function cable(facts: Facts): Recipe {
  const { port, caWord } = facts;
  return {
    id: 'android-usb',
    title: 'By USB',
    steps: [
      {
        text: 'With USB debugging on, the device reaches the proxy by the cable, even one that listens on loopback alone:',
        code: `adb reverse tcp:${port} tcp:${port}\nadb shell settings put global http_proxy 127.0.0.1:${port}`,
      },
      { text: 'Send it the CA:', code: `adb push ${caWord} /sdcard/Download/tlscope-ca.crt` },
      INSTALL,
    ],
    check: {
      text: 'Open a page on the device:',
      code: `adb shell am start -a android.intent.action.VIEW -d ${facts.target}`,
    },
    undo: [
      {
        text: 'Take the proxy back:',
        code: `adb shell settings put global http_proxy :0\nadb reverse --remove tcp:${port}`,
      },
      FORGET,
    ],
    limits: [USER_CAS, FIREFOX, FLUTTER],
    unseen: ['The cable was taken off: `adb reverse --list`.', 'More than one device is there: `adb -s SERIAL …`.'],
  };
}

function emulator(facts: Facts): Recipe {
  const { port, caWord } = facts;
  return {
    id: 'android-emulator',
    title: 'Emulator',
    steps: [
      {
        text: 'Start it with the proxy; `10.0.2.2` is this machine’s loopback as the emulator sees it.',
        code: `emulator -avd NAME -http-proxy http://10.0.2.2:${port}`,
      },
      { text: 'Send it the CA:', code: `adb push ${caWord} /sdcard/Download/tlscope-ca.crt` },
      INSTALL,
    ],
    check: { text: 'Open a page in it:', code: `adb shell am start -a android.intent.action.VIEW -d ${facts.target}` },
    undo: [{ text: 'Start it without `-http-proxy`.' }, FORGET],
    limits: [USER_CAS, FLUTTER],
    unseen: [
      'Under *Extended controls > Settings > Proxy* another one is set.',
      'Some images pass over `-http-proxy`; then set `10.0.2.2` as its Wi-Fi’s proxy.',
    ],
  };
}

function app(): Recipe {
  return {
    id: 'android-app',
    title: 'Your own app',
    steps: [
      {
        text: 'Let debug builds trust what the user installed: `res/xml/network_security_config.xml`',
        code: [
          '<network-security-config>',
          '  <debug-overrides>',
          '    <trust-anchors>',
          '      <certificates src="user" />',
          '    </trust-anchors>',
          '  </debug-overrides>',
          '</network-security-config>',
        ].join('\n'),
      },
      {
        text: 'In `AndroidManifest.xml`:',
        code: '<application android:networkSecurityConfig="@xml/network_security_config">',
      },
      { text: 'Then set the device up as the other recipes say.' },
    ],
    check: {
      text: 'Install the debug build and let it make a request. From Android Studio’s terminal:',
      code: './gradlew installDebug',
    },
    undo: [{ text: 'Nothing: `debug-overrides` does not count in release builds.' }],
    limits: [
      'A `<pin-set>` in the configuration, or OkHttp’s `CertificatePinner`, refuses the certificate all the same: leave it out of debug builds.',
      `OkHttp with \`proxy(Proxy.NO_PROXY)\` goes around the proxy.`,
      FLUTTER,
    ],
    unseen: ['The app was built for release.', 'The device’s proxy is not set, or another one.'],
  };
}
