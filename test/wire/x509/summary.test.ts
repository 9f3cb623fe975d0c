import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { getCACertificates } from 'node:tls';
import { nodeDigest } from '../../../src/crypto/digest.ts';
import { certificateFields } from '../../../src/wire/x509/fields.ts';
import { MAX_NAMES, summariseCertificate } from '../../../src/wire/x509/summary.ts';
import { needsTool } from '../../support/tools.ts';
import { certificateByHand, oid, sequence, string, tlv } from './by-hand.ts';
import { makeCertificate, type Recipe } from './made.ts';

const P256 = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];

const RECIPES: readonly (Recipe & { name: string; kind: string; signature: string })[] = [
  { name: 'EC P-256', key: P256, kind: 'EC P-256', signature: 'ecdsa-with-SHA256' },
  {
    name: 'EC P-384, SHA-384',
    key: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
    args: ['-sha384'],
    kind: 'EC P-384',
    signature: 'ecdsa-with-SHA384',
  },
  { name: 'RSA 2048', key: ['rsa:2048'], kind: 'RSA 2048', signature: 'sha256WithRSAEncryption' },
  {
    name: 'RSASSA-PSS',
    key: ['rsa-pss', '-pkeyopt', 'rsa_keygen_bits:2048'],
    args: ['-sha384'],
    kind: 'RSA-PSS 2048',
    signature: 'RSASSA-PSS (SHA-384)',
  },
  { name: 'Ed25519', key: ['ed25519'], kind: 'Ed25519', signature: 'Ed25519' },
  {
    name: 'explicit curve parameters',
    key: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-pkeyopt', 'ec_param_enc:explicit'],
    kind: 'EC with explicit parameters of 256 bits',
    signature: 'ecdsa-with-SHA256',
  },
  {
    name: 'many attributes, utf-8, names of every kind, year 9999',
    key: P256,
    subject: '/C=DE/ST=Nordrhein-Westfalen/O=Köln GmbH/OU=Ops/CN=köln.test/emailAddress=ops@a.test',
    extensions: [
      'subjectAltName=DNS:a.test,DNS:*.a.test,IP:127.0.0.1,IP:2001:db8::1,email:ops@a.test,URI:https://a.test/x,RID:1.2.3.4',
      'basicConstraints=critical,CA:TRUE,pathlen:1',
    ],
    args: ['-days', '2900000', '-set_serial', '0xff00000000000001'],
    kind: 'EC P-256',
    signature: 'ecdsa-with-SHA256',
  },
];

describe('summary of a certificate', () => {
  for (const recipe of RECIPES) {
    it(`agrees with node:crypto: ${recipe.name}`, (t) => {
      if (!needsTool(t, 'openssl')) return;
      const der = makeCertificate(recipe);
      const judge = new X509Certificate(der);
      const summary = summariseCertificate(der, nodeDigest);
      const inOurOrder = (name: string) => name.split('\n').reverse().join(', ');
      assert.equal(summary.subject, inOurOrder(judge.subject));
      assert.equal(summary.issuer, inOurOrder(judge.issuer));
      assert.equal(summary.serial, judge.serialNumber.toLowerCase());
      assert.equal(summary.sha1, judge.fingerprint.replaceAll(':', '').toLowerCase());
      assert.equal(summary.sha256, judge.fingerprint256.replaceAll(':', '').toLowerCase());
      assert.equal(Date.parse(summary.notBefore), judge.validFromDate.getTime());
      assert.equal(Date.parse(summary.notAfter), judge.validToDate.getTime());
      assert.equal(summary.isCa, judge.ca);
      const spki = judge.publicKey.export({ type: 'spki', format: 'der' });
      assert.equal(summary.spkiSha256, Buffer.from(nodeDigest.sha256(spki)).toString('base64'));
      assert.equal(summary.key, recipe.kind);
      assert.equal(summary.signature, recipe.signature);
      assert.equal(summary.raw, Buffer.from(der).toString('hex'));
    });
  }

  it('lists the alternative names as written', (t) => {
    if (!needsTool(t, 'openssl')) return;
    const names = summariseCertificate(makeCertificate(RECIPES.at(-1)!), nodeDigest).names;
    assert.deepEqual(names, [
      'DNS:a.test',
      'DNS:*.a.test',
      'IP:127.0.0.1',
      'IP:2001:db8::1',
      'email:ops@a.test',
      'URI:https://a.test/x',
      'RID:1.2.3.4',
    ]);
  });

  it('bounds a long list of names and says how many are left', () => {
    const list = Array.from({ length: 10_000 }, (_, n) => string(`n${n}.test`, 0x82));
    const der = certificateByHand({ extensions: [['2.5.29.17', sequence(...list)]] });
    const { names } = summariseCertificate(der, nodeDigest);
    assert.equal(names.length, MAX_NAMES + 1);
    assert.equal(names.at(-1), `and ${10_000 - MAX_NAMES} more`);
    assert.equal(names[99], 'DNS:n99.test');
  });

  it('agrees with node:crypto on every root that browsers trust', () => {
    for (const pem of getCACertificates('bundled')) {
      const judge = new X509Certificate(pem);
      const summary = summariseCertificate(new Uint8Array(judge.raw), nodeDigest);
      assert.equal(BigInt(`0x${summary.serial}`), BigInt(`0x${judge.serialNumber}`), judge.subject);
      assert.equal(Date.parse(summary.notAfter), judge.validToDate.getTime(), judge.subject);
      assert.equal(summary.sha1, judge.fingerprint.replaceAll(':', '').toLowerCase());
      assert.equal(summary.isCa, judge.ca, judge.subject);
      assert.match(summary.key, /^(RSA (2048|4096)|EC P-(256|384|521))$/, judge.subject);
      const issues = JSON.stringify(certificateFields(new Uint8Array(judge.raw), 0)).match(/"severity":"error"/g);
      assert.equal(issues, null, judge.subject);
    }
  });

  it('says what was checked, what is asked for and how often it was logged', () => {
    const der = certificateByHand({
      extensions: [
        ['2.5.29.32', sequence(sequence(oid('2.23.140.1.1')), sequence(oid('2.23.140.1.2.2')), sequence(oid('1.2')))],
        ['1.3.6.1.5.5.7.1.24', sequence(tlv(0x02, [5]))],
        ['1.3.6.1.4.1.11129.2.4.2', tlv(0x04, [0, 6, 0, 1, 1, 0, 1, 2])],
      ],
    });
    const { policies, mustStaple, timestamps } = summariseCertificate(der, nodeDigest);
    assert.deepEqual([policies, mustStaple, timestamps], [['EV', 'OV'], true, 2]);
    const plain = summariseCertificate(certificateByHand({}), nodeDigest);
    assert.ok(!('policies' in plain || 'mustStaple' in plain || 'timestamps' in plain));
  });
});
