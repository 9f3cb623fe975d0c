/** iOS and iPadOS: a device in the network, and the simulator. */
import type { Facts } from '../facts.ts';
import type { Recipe } from '../recipe.ts';
import { openOnPhone, phoneFields } from './shared.ts';

export function ios(facts: Facts): readonly Recipe[] {
  return [device(facts), ...(facts.local ? [simulator(facts)] : [])];
}

const PINNED_APPS = 'Apps that pin, and Apple’s own services, refuse the certificate: let their hosts pass untouched.';

function device(facts: Facts): Recipe {
  return {
    id: 'ios-device',
    title: 'iPhone or iPad',
    steps: [
      openOnPhone(
        facts,
        'In the same network as tlscope, scan this with the Camera app and open it in Safari. The page is the proxy’s own: tap *Download the CA certificate*, then *Allow*.',
      ),
      {
        text: 'Install the profile: *Settings > Profile Downloaded > Install*, the passcode, *Install* twice more. It is also under *Settings > General > VPN & Device Management*.',
      },
      {
        text: 'Trust it: *Settings > General > About > Certificate Trust Settings*, switch it on below *Enable full trust for root certificates*. Without this step every connection fails.',
        values: [['Name', facts.caName]],
      },
      {
        text: 'Set the proxy: *Settings > Wi-Fi*, the (i) beside the network, *Configure Proxy > Manual*, *Save*.',
        values: phoneFields(facts, 'Server', 'Port'),
      },
    ],
    check: { text: 'Open this in Safari on the device:', code: facts.target },
    undo: [
      { text: '*Settings > Wi-Fi*, the (i), *Configure Proxy > Off*.' },
      { text: '*Settings > General > VPN & Device Management*, choose the profile, *Remove Profile*.' },
    ],
    limits: [
      PINNED_APPS,
      'iCloud Private Relay goes around the proxy: *Settings > Wi-Fi*, the (i), *Limit IP Address Tracking* off.',
      'Mobile data and VPNs go around a Wi-Fi network’s proxy.',
    ],
    unseen: [
      'The network keeps its devices apart (guest networks do).',
      'The firewall of this machine drops what comes in.',
      'The device is on mobile data, or in another Wi-Fi network.',
    ],
  };
}

function simulator(facts: Facts): Recipe {
  return {
    id: 'ios-simulator',
    title: 'Simulator',
    steps: [
      { text: 'It uses the Mac’s proxies: set those as *System > macOS* says.' },
      {
        text: 'Trust the CA in the simulator that runs:',
        code: `xcrun simctl keychain booted add-root-cert ${facts.caWord}`,
      },
    ],
    check: { text: 'Open a page in it:', code: `xcrun simctl openurl booted ${facts.target}` },
    undo: [
      {
        text: 'Take the Mac’s proxies back, and empty the simulator’s keychain:',
        code: 'xcrun simctl keychain booted reset',
      },
    ],
    limits: [PINNED_APPS],
    unseen: ['The simulator was started before the proxies were set: start it anew.'],
  };
}
