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
import { sending } from './chain-handshake.ts';
import { type Issued, issue, keysOf, NOW } from './chain-pki.ts';

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
