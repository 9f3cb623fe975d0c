/** Chains under `openssl verify`: what it accepts is trusted here, what it refuses is not. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { buildChain } from '../../src/crypto/chain.ts';
import { TrustStore } from '../../src/crypto/trust-store.ts';
import { needsTool } from '../support/tools.ts';
import { type Bytes, name, sequence, string, tlv } from '../wire/x509/by-hand.ts';
import { sending } from './chain-handshake.ts';
import { type Issued, issue, keysOf, NOW, type Wish } from './chain-pki.ts';

const root = issue({ subject: 'Root', ca: true, to: '400101000000Z' });
const middle = issue({ subject: 'Middle', issuer: root, ca: true, usage: 0x06 });
const leaf = issue({ subject: 'Leaf', issuer: middle, names: ['a.test', '*.wild.test'], addresses: [[10, 0, 0, 1]] });
const stale = issue({ subject: 'Middle', issuer: root, ca: true, keys: middle.keys, to: '260201000000Z' });
const narrow = issue({ subject: 'Narrow', issuer: root, ca: true, pathLength: 0 });
const below = issue({ subject: 'Below', issuer: narrow, ca: true });
const silent = issue({ subject: 'Silent', issuer: root, ca: true, usage: 0x80 });
const old = issue({ subject: 'Old root', ca: true });
const crossed = issue({ subject: 'Root', issuer: old, keys: root.keys, ca: true });
const under = (issuer: Issued, more = {}) => issue({ subject: 'Leaf', names: ['a.test'], ...more, issuer });
const pss = issue({ subject: 'PSS', issuer: root, ca: true, keys: keysOf('RSA-PSS') });

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
const ANY = '2.5.29.37.0';
const SGC = ['1.3.6.1.4.1.311.10.3.3', '2.16.840.1.113730.4.1'];
const forClients = issue({ subject: 'For clients', issuer: root, ca: true, purposes: [CLIENT_AUTH] });
const clientRoot = issue({ subject: 'Client root', ca: true, purposes: [CLIENT_AUTH] });
const deep = issue({ subject: 'Deep', issuer: middle, ca: true });

const NAMES = '2.5.29.30';
const dns = (base: string) => string(base, 0x82);
const address = (...octets: readonly number[]) => tlv(0x87, octets);
const email = (base: string) => string(base, 0x81);
const uri = (base: string) => string(base, 0x86);
const directory = (...parts: readonly string[]) =>
  tlv(0xa4, name(...parts.map((part) => ['2.5.4.3', string(part)] as const)));
const subtrees = (tag: number, bases: readonly Bytes[]) =>
  bases.length > 0 ? tlv(tag, ...bases.map((base) => sequence(base))) : [];
/** A CA that may issue for what lies in `permitted`, and not for what lies in `excluded`. */
const bounded = (permitted: readonly Bytes[], excluded: readonly Bytes[] = [], more: Partial<Wish> = {}) =>
  issue({
    subject: 'Bounded',
    issuer: root,
    ca: true,
    critical: [[NAMES, sequence(subtrees(0xa0, permitted), subtrees(0xa1, excluded))]],
    ...more,
  });
const constrained = (permitted: readonly Bytes[], excluded: readonly Bytes[] = [], wish: Partial<Wish> = {}) => {
  const issuer = bounded(permitted, excluded);
  return [under(issuer, wish), issuer];
};
const alsoNamed = (...names: readonly Bytes[]): Partial<Wish> => ({
  names: [],
  more: [['2.5.29.17', sequence(dns('a.test'), ...names)]],
});
const anyTest = [dns('test')];
const widened = bounded([dns('b.test')]);
const renewed = issue({ subject: 'Bounded', issuer: widened, ca: true });
const boundedRoot = issue({
  subject: 'Bounded root',
  ca: true,
  critical: [[NAMES, sequence(subtrees(0xa0, [dns('b.test')]))]],
});
const twoNames = sequence(dns('a.test'));

const CASES: readonly (readonly [name: string, sent: readonly Issued[], host?: string, roots?: readonly Issued[]])[] = [
  ['whole', [leaf, middle]],
  ['with the root', [leaf, middle, root]],
  ['without the intermediate', [leaf]],
  ['another root', [leaf, middle], 'a.test', [old]],
  ['an expired intermediate', [leaf, stale]],
  ['an expired one beside a valid one', [leaf, stale, middle]],
  ['cross-signed, new root', [leaf, middle, crossed]],
  ['cross-signed, old root', [leaf, middle, crossed], 'a.test', [old]],
  ['too deep', [under(below), below, narrow]],
  ['just deep enough', [under(narrow), narrow]],
  ['no CA', [under(leaf), leaf, middle]],
  ['no keyCertSign', [under(silent), silent]],
  ['spoilt', [under(middle, { spoilt: true }), middle]],
  ['self-signed', [issue({ subject: 'Me', names: ['a.test'] })]],
  ['RSASSA-PSS', [under(pss), pss]],
  ['a wildcard', [leaf, middle], 'x.wild.test'],
  ['a wildcard over two labels', [leaf, middle], 'x.y.wild.test'],
  ['a wildcard over none', [leaf, middle], 'wild.test'],
  ['an address', [leaf, middle], '10.0.0.1'],
  ['another address', [leaf, middle], '10.0.0.2'],
  ['another name', [leaf, middle], 'b.test'],
  ['in another order', [under(deep), middle, deep]],
  ['for servers and clients', [under(middle, { purposes: [CLIENT_AUTH, SERVER_AUTH] }), middle]],
  ['for clients alone', [under(middle, { purposes: [CLIENT_AUTH] }), middle]],
  ['for code alone', [under(middle, { purposes: [CODE_SIGNING] }), middle]],
  ['for any purpose', [under(middle, { purposes: [ANY] }), middle]],
  ['for Microsoft’s step-up', [under(middle, { purposes: SGC.slice(0, 1) }), middle]],
  ['for Netscape’s step-up', [under(middle, { purposes: SGC.slice(1) }), middle]],
  ['a CA for clients alone', [under(forClients), forClients]],
  ['a root for clients alone', [under(clientRoot)], 'a.test', [clientRoot]],
  ['a key for signing certificates alone', [under(middle, { usage: 0x04 }), middle]],
  ['a key for encipherment alone', [under(middle, { usage: 0x20 }), middle]],
  ['a key for agreement alone', [under(middle, { usage: 0x08 }), middle]],
  ['names within', constrained(anyTest)],
  ['names within, the same', constrained([dns('a.test')])],
  ['names within, in another case', constrained([dns('A.TEST')], [], { names: ['A.test'] })],
  ['names elsewhere', constrained([dns('b.test')])],
  ['names that only end alike', constrained([dns('test')], [], { names: ['a.test', 'a.latest'] })],
  ['names below a dot', constrained([dns('.test')])],
  ['the name itself is not below a dot', constrained([dns('.a.test')])],
  ['one name of several elsewhere', constrained(anyTest, [], { names: ['a.test', 'a.example'] })],
  ['one base of several', constrained([dns('b.test'), dns('a.test')])],
  ['no name at all permitted', constrained([dns('')])],
  ['every name excluded', constrained([], [dns('')])],
  ['excluded', constrained(anyTest, [dns('a.test')])],
  ['another excluded', constrained([], [dns('b.test')])],
  ['a wildcard within', constrained(anyTest, [], { names: ['a.test', '*.a.test'] })],
  [
    'an address within',
    constrained([address(10, 0, 0, 0, 255, 0, 0, 0)], [], { addresses: [[10, 1, 2, 3]] }),
    '10.1.2.3',
  ],
  ['an address elsewhere', constrained([address(10, 0, 0, 0, 255, 0, 0, 0)], [], { addresses: [[11, 1, 2, 3]] })],
  [
    'an address of the other family',
    constrained([address(10, 0, 0, 0, 255, 0, 0, 0)], [], { addresses: [new Array<number>(16).fill(1)] }),
  ],
  ['an address excluded', constrained([], [address(0, 0, 0, 0, 0, 0, 0, 0)], { addresses: [[10, 1, 2, 3]] })],
  ['addresses alone bounded', constrained([address(10, 0, 0, 0, 255, 0, 0, 0)])],
  ['a subject within', constrained([directory('Leaf')])],
  ['a subject elsewhere', constrained([directory('Other')])],
  ['a subject too short for its base', constrained([directory('Leaf', 'Leaf')])],
  ['a subject excluded', constrained([], [directory('leaf')])],
  ['a directory name elsewhere', constrained([directory('Leaf')], [], alsoNamed(directory('Other')))],
  ['a mailbox within', constrained([email('mail.test')], [], alsoNamed(email('me@Mail.test')))],
  ['a mailbox elsewhere', constrained([email('mail.test')], [], alsoNamed(email('me@x.mail.test')))],
  ['a mailbox below a dot', constrained([email('.mail.test')], [], alsoNamed(email('me@x.mail.test')))],
  ['one mailbox', constrained([email('me@mail.test')], [], alsoNamed(email('me@mail.test')))],
  ['another mailbox', constrained([email('me@mail.test')], [], alsoNamed(email('Me@mail.test')))],
  ['a mailbox in the subject within', constrained([email('mail.test')], [], { mailbox: 'me@Mail.test' })],
  ['a mailbox in the subject elsewhere', constrained([email('mail.test')], [], { mailbox: 'me@other.test' })],
  ['a mailbox in the subject excluded', constrained([], [email('mail.test')], { mailbox: 'me@mail.test' })],
  ['a base with a minimum of zero', constrained([[...dns('test'), ...tlv(0x80, [0])]])],
  ['a base with a minimum', constrained([[...dns('test'), ...tlv(0x80, [1])]])],
  ['a base with a maximum', constrained([], [[...dns('b.test'), ...tlv(0x81, [5])]])],
  ['a maximum of a kind that is not named', constrained([...anyTest, [...email('b.test'), ...tlv(0x81, [5])]])],
  ['a URI within', constrained([uri('.web.test')], [], alsoNamed(uri('https://x.web.test:8443/')))],
  ['a URI elsewhere', constrained([uri('web.test')], [], alsoNamed(uri('https://x.web.test/')))],
  ['a kind that is not judged', constrained([tlv(0x88, [42, 3])], [], alsoNamed(tlv(0x88, [42, 3])))],
  ['a kind that is not judged, without such a name', constrained([tlv(0x88, [42, 3])])],
  ['bounds two CAs up', [under(issue({ subject: 'Between', issuer: widened, ca: true })), widened]],
  ['bounds of a CA that renewed itself', [under(renewed), renewed, widened]],
  ['a root with bounds', [under(boundedRoot)], 'a.test', [boundedRoot]],
  ['a critical extension that nobody knows', [under(middle, { critical: [['1.2.3.4', sequence()]] }), middle]],
  ['one that is not critical', [under(middle, { more: [['1.2.3.4', sequence()]] }), middle]],
  ['a critical name', [under(middle, { names: [], critical: [['2.5.29.17', twoNames]] }), middle]],
  ['a precertificate', [under(middle, { critical: [['1.3.6.1.4.1.11129.2.4.3', tlv(0x05)]] }), middle]],
  ['must-staple, critical', [under(middle, { critical: [['1.3.6.1.5.5.7.1.24', sequence(tlv(0x02, [5]))]] }), middle]],
  ['a P-224 key', [under(middle, { keys: keysOf('P-224') }), middle]],
];

describe('openssl verify and the chain agree', () => {
  for (const [name, sent, host = 'a.test', roots = [root]] of CASES) {
    it(name, (t) => {
      if (!needsTool(t, 'openssl')) return;
      const dir = mkdtempSync(join(tmpdir(), 'tlscope-chain-'));
      try {
        writeFileSync(join(dir, 'roots'), roots.map(({ pem }) => pem).join(''));
        writeFileSync(join(dir, 'leaf'), sent[0]!.pem);
        writeFileSync(join(dir, 'rest'), sent.map(({ pem }) => pem).join(''));
        const asked = /^[\d.]+$/.test(host) ? ['-verify_ip', host] : ['-verify_hostname', host];
        const at = ['-attime', String(NOW.getTime() / 1000)];
        const files = ['-no-CApath', '-no-CAstore', '-CAfile', 'roots', '-untrusted', 'rest', 'leaf'];
        const args = ['verify', '-purpose', 'sslserver', ...asked, ...at, ...files];
        const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: dir, encoding: 'utf8' });
        const store = new TrustStore(() => roots.map(({ pem }) => pem));
        const chain = buildChain(sending(sent), { roots: store, host, at: NOW });
        assert.equal(chain?.trusted, status === 0, `${stdout}${stderr} ${JSON.stringify(chain?.problems)}`);
      } finally {
        rmSync(dir, { recursive: true, force: true });
      }
    });
  }
});
