import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { nodeDigest } from '../../../src/crypto/digest.ts';
import type { Field } from '../../../src/shared/model.ts';
import { certificateFields } from '../../../src/wire/x509/fields.ts';
import { summariseCertificate } from '../../../src/wire/x509/summary.ts';
import fc from '../../support/property.ts';
import { certificateByHand, name, oid, sequence, string, tlv } from './by-hand.ts';
import { assertNested, at } from './tree-laws.ts';

/** What openssl makes of every extension it can write; the file says how. */
const RICH = derOf(readFileSync(new URL('../../fixtures/x509/every-extension.pem', import.meta.url), 'utf8'));

function derOf(pem: string): Uint8Array {
  const base64 = /-----BEGIN CERTIFICATE-----([^-]+)/.exec(pem)?.[1] ?? '';
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

function extension(fields: readonly Field[], name: string): Field {
  const field = at(fields, 'tbsCertificate.extensions').children?.find((field) => field.name === name);
  assert.ok(field, name);
  return field;
}

describe('fields of a certificate', () => {
  it('follow RFC 5280 with the range of each, counted from the base', () => {
    const fields = certificateFields(RICH, 1000);
    assert.deepEqual(
      fields.map((field) => field.name),
      ['tbsCertificate', 'signatureAlgorithm', 'signatureValue'],
    );
    assertNested(fields, [1000, 1000 + RICH.length]);
    assert.equal(at(fields, 'signatureValue').range[1], 1000 + RICH.length);
    assert.deepEqual(
      at(fields, 'tbsCertificate').children?.map((field) => field.name),
      ['version', 'serialNumber', 'signature', 'issuer', 'validity', 'subject', 'subjectPublicKeyInfo', 'extensions'],
    );
    const name = at(fields, 'tbsCertificate.subject.commonName');
    const bytes = RICH.subarray(name.range[0] - 1000, name.range[1] - 1000);
    assert.equal(new TextDecoder().decode(bytes).slice(-6), name.value);
    assert.equal(at(fields, 'tbsCertificate.version').text, 'v3');
    assert.equal(at(fields, 'tbsCertificate.subjectPublicKeyInfo').text, 'RSA 2048');
    assert.equal(at(fields, 'tbsCertificate.subjectPublicKeyInfo.subjectPublicKey.publicExponent').value, 65537);
  });

  it('say what each extension says', () => {
    const fields = certificateFields(RICH, 0);
    const said = Object.fromEntries(
      at(fields, 'tbsCertificate.extensions').children!.map((field) => [field.name, field.text]),
    );
    const identifier = /^[0-9a-f]{40}$/;
    assert.match(said['subjectKeyIdentifier'] ?? '', identifier);
    assert.equal(said['authorityKeyIdentifier'], said['subjectKeyIdentifier']);
    assert.deepEqual(
      { ...said, subjectKeyIdentifier: '', authorityKeyIdentifier: '' },
      {
        subjectAltName: 'DNS:a.test, IP:2001:db8::1, DirName:CN=elsewhere, otherName:1.3.6.1.4.1.311.20.2.3;me@a.test',
        keyUsage: 'critical; digitalSignature, keyCertSign',
        extKeyUsage: 'serverAuth, 1.2.3.4',
        basicConstraints: 'critical; CA, at most 1 CA below it',
        subjectKeyIdentifier: '',
        authorityKeyIdentifier: '',
        authorityInfoAccess: 'OCSP URI:http://ocsp.test/, caIssuers URI:http://ca.test/ca.der',
        cRLDistributionPoints: 'URI:http://crl.test/a.crl',
        certificatePolicies: 'domain-validated, 1.2.3.4.5',
        nameConstraints: 'permitted: DNS:a.test; excluded: IP:10.0.0.0/8',
        tlsfeature: 'status_request (must-staple)',
        '1.2.3.4.5.6': undefined,
      },
    );
    const unknown = extension(fields, '1.2.3.4.5.6');
    assert.equal(at(unknown.children!, 'extnValue').value, '30030101ff');
    assert.equal(at(unknown.children!, 'extnValue.SEQUENCE.BOOLEAN').value, true);
    assert.equal(at([extension(fields, 'keyUsage')], 'keyUsage.critical').value, true);
  });

  it('count and date signed certificate timestamps', () => {
    const sct = [0, ...new Array<number>(32).fill(0xab), 0, 0, 1, 0x8b, 0xcf, 0xe5, 0x68, 0, 0, 0, 4, 3, 0, 1, 9];
    const item = [0, sct.length, ...sct];
    const list = [0, 2 * item.length + 4, ...item, ...item, 0, 2, 1, 2];
    const der = certificateByHand({ extensions: [['1.3.6.1.4.1.11129.2.4.2', tlv(0x04, list)]] });
    const field = extension(certificateFields(der, 0), 'signedCertificateTimestampList');
    assert.equal(field.text, '3 timestamps');
    const [first, , short] = at([field], 'signedCertificateTimestampList.extnValue').children!;
    assert.equal(at([first!], 'SCT.timestamp').value, new Date(0x018bcfe56800).toISOString());
    assert.equal(short?.issue?.severity, 'error');
  });

  it('show hostile characters as what they are, and keep them in the value', () => {
    const hostile = 'a\u202e\n\u200b.test';
    const der = certificateByHand({
      subject: name(['2.5.4.3', string(hostile)], ['2.5.4.10', string('a, CN=b')]),
      extensions: [['2.5.29.17', sequence(string('a\u0000.test', 0x82))]],
    });
    const fields = certificateFields(der, 0);
    assert.equal(at(fields, 'tbsCertificate.subject.commonName').value, hostile);
    assert.equal(at(fields, 'tbsCertificate.subject.commonName').text, 'a\\u{202e}\\u{a}\\u{200b}.test');
    assert.equal(at([extension(fields, 'subjectAltName')], 'subjectAltName.extnValue.DNS').value, 'a\u0000.test');
    const summary = summariseCertificate(der, nodeDigest);
    assert.equal(summary.subject, 'O=a\\, CN=b, CN=a\\u{202e}\\u{a}\\u{200b}.test');
    assert.deepEqual(summary.names, ['DNS:a\\u{0}.test']);
  });

  it('read names in every string type', () => {
    const der = certificateByHand({
      subject: name(
        ['2.5.4.3', tlv(0x1e, [0, 0x4b, 0, 0xf6])],
        ['2.5.4.10', tlv(0x1c, [0, 1, 0xf5, 0x12])],
        ['2.5.4.11', tlv(0x14, [0xe9])],
        ['2.5.4.7', tlv(0x05)],
        ['1.2.3', string('own')],
      ),
    });
    assert.equal(summariseCertificate(der, nodeDigest).subject, '1.2.3=own, L=#0500, OU=é, O=\u{1f512}, CN=Kö');
  });

  it('join the attributes of one RDN with a plus', () => {
    const rdn = tlv(0x31, sequence(oid('2.5.4.3'), string('a')), sequence(oid('2.5.4.10'), string('b')));
    const der = certificateByHand({ subject: sequence(rdn, tlv(0x31, sequence(oid('2.5.4.6'), string('DE')))) });
    assert.equal(summariseCertificate(der, nodeDigest).subject, 'C=DE, CN=a+O=b');
  });
});

describe('odd certificates', () => {
  it('negative and overlong serials are shown and noted', () => {
    const negative = certificateByHand({ serial: tlv(0x02, [0xff, 0x01]) });
    assert.equal(at(certificateFields(negative, 0), 'tbsCertificate.serialNumber').value, 'ff01');
    assert.match(at(certificateFields(negative, 0), 'tbsCertificate.serialNumber').issue?.text ?? '', /negative/);
    assert.equal(at(certificateFields(negative, 0), 'tbsCertificate.serialNumber').text, '-ff');
    for (const [octets, serial] of [
      [[0xff, 0x01], '-ff'],
      [[0xff], '-01'],
      [[0x80], '-80'],
      [[0xfe, 0xdc, 0xbb], '-012345'],
      [[0x00, 0xff], 'ff'],
      [[0x00], '00'],
      [[], ''],
    ] as const) {
      assert.equal(summariseCertificate(certificateByHand({ serial: tlv(0x02, octets) }), nodeDigest).serial, serial);
    }
    const long = certificateByHand({ serial: tlv(0x02, new Array<number>(21).fill(1)) });
    assert.equal(at(certificateFields(long, 0), 'tbsCertificate.serialNumber').issue?.severity, 'note');
  });

  it('algorithms that no table knows keep their identifier', () => {
    const unknown = sequence(oid('1.2.3.4'));
    const der = certificateByHand({ algorithm: unknown, publicKey: sequence(unknown, tlv(0x03, [0, 1])) });
    const { key, signature } = summariseCertificate(der, nodeDigest);
    assert.deepEqual([key, signature], ['1.2.3.4', '1.2.3.4']);
  });

  it('an identifier without octets is unreadable, and so is the key', () => {
    const der = certificateByHand({ publicKey: sequence(sequence([6, 0]), tlv(0x03, [0])) });
    assert.equal(summariseCertificate(der, nodeDigest).key, 'unknown');
  });

  for (const kind of ['ml-dsa-44', 'ml-dsa-65', 'ed448', 'x25519'] as const) {
    it(`a key of type ${kind}`, () => {
      // The overloads of generateKeyPairSync take one kind each, not a union.
      const { publicKey } = generateKeyPairSync(kind as 'ed448');
      const spki = publicKey.export({ type: 'spki', format: 'der' });
      const { key, spkiSha256 } = summariseCertificate(certificateByHand({ publicKey: [...spki] }), nodeDigest);
      assert.equal(key.toLowerCase(), kind);
      assert.equal(spkiSha256, Buffer.from(nodeDigest.sha256(spki)).toString('base64'));
    });
  }

  it('a signature algorithm that contradicts the signed one is an error', () => {
    const der = certificateByHand({ outerAlgorithm: sequence(oid('1.2.840.10045.4.3.2')) });
    assert.equal(at(certificateFields(der, 0), 'tbsCertificate.signature').issue?.severity, 'error');
    assert.equal(summariseCertificate(der, nodeDigest).signature, 'ecdsa-with-SHA256');
  });

  it('dates in the forms of BER, and what is no date', () => {
    const validity = sequence(string('4912312359-0130', 0x17), string('20260101120000.5+0100', 0x18));
    const { notBefore, notAfter } = summariseCertificate(certificateByHand({ validity }), nodeDigest);
    assert.deepEqual([notBefore, notAfter], ['2050-01-01T01:29:00Z', '2026-01-01T11:00:00Z']);
    for (const time of ['260230000000Z', '2604310000Z', '260101240000Z', '261231235960Z']) {
      const odd = certificateByHand({ validity: sequence(string(time, 0x17), string(time, 0x17)) });
      assert.equal(summariseCertificate(odd, nodeDigest).notAfter, time);
      assert.equal(at(certificateFields(odd, 0), 'tbsCertificate.validity.notAfter').issue?.text, 'Not a date.');
    }
    const broken = certificateByHand({ validity: sequence(string('991332000000Z', 0x17), string('soon\n', 0x18)) });
    assert.equal(summariseCertificate(broken, nodeDigest).notAfter, 'soon\\u{a}');
    assert.equal(at(certificateFields(broken, 0), 'tbsCertificate.validity.notBefore').issue?.severity, 'error');
  });

  it('a version 1 certificate has neither version nor extensions', () => {
    const fields = certificateFields(certificateByHand({ version: [] }), 0);
    assert.equal(at(fields, 'tbsCertificate').children?.[0]?.name, 'serialNumber');
    assert.equal(at(fields, 'tbsCertificate.subject').text, 'CN=subject');
  });

  it('indefinite lengths are read and noted', () => {
    const der = certificateByHand({});
    // The outer header is 30 81 nn.
    const ber = Uint8Array.of(0x30, 0x80, ...der.subarray(3), 0, 0);
    assert.match(certificateFields(ber, 0)[0]?.issue?.text ?? '', /indefinite/);
    assert.equal(summariseCertificate(ber, nodeDigest).subject, 'CN=subject');
  });

  it('bytes that are too much are kept', () => {
    const der = certificateByHand({ afterExtensions: tlv(0x02, [9]) });
    const fields = certificateFields(Uint8Array.of(...der, 1, 2), 0);
    assert.equal(at(fields, 'tbsCertificate.unexpected').issue?.severity, 'warning');
    assert.equal(at(fields, 'trailing').value, '0102');
  });

  it('ten thousand names are read in a bounded tree', () => {
    const list = Array.from({ length: 10_000 }, (_, n) => string(`n${n}.test`, 0x82));
    const der = certificateByHand({ extensions: [['2.5.29.17', sequence(...list)]] });
    const field = extension(certificateFields(der, 0), 'subjectAltName');
    assert.match(field.text ?? '', /^DNS:n0\.test, .* and 9992 more$/);
    const names = at([field], 'subjectAltName.extnValue').children!;
    assert.equal(names.length, 201);
    assert.equal(names.at(-1)?.text, 'and 9800 more');
  });

  it('nesting without end is cut', () => {
    let value: number[] = [5, 0];
    for (let n = 0; n < 2000; n++) value = sequence(value);
    const der = certificateByHand({ extensions: [['1.2.3', value]], issuer: name(['2.5.4.3', value]) });
    assertNested(certificateFields(der, 0), [0, der.length]);
  });
});

describe('bytes that are no certificate', () => {
  const check = (bytes: Uint8Array) => {
    assertNested(certificateFields(bytes, 5), [5, 5 + bytes.length]);
    assert.equal(summariseCertificate(bytes, nodeDigest).raw.length, 2 * bytes.length);
  };

  it('a certificate cut at every byte', () => {
    for (let length = 0; length < RICH.length; length++) {
      const cut = RICH.subarray(0, length);
      check(cut);
      const issues = JSON.stringify(certificateFields(cut, 0)).match(/"severity":"error"/g);
      assert.ok(issues && issues.length > 0, `cut at ${length}`);
    }
  });

  it('a certificate with any byte changed', () => {
    fc.assert(
      fc.property(fc.nat(RICH.length - 1), fc.nat(255), (index, byte) => {
        const changed = RICH.slice();
        changed[index] = byte;
        check(changed);
      }),
      {
        numRuns: 500,
        // The value of an extension made to stand before its critical flag, or before its identifier.
        examples: [
          [494, 13],
          [576, 4],
        ],
      },
    );
  });

  it('noise', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), check));
    const [only] = certificateFields(Uint8Array.of(1, 2, 3), 0);
    assert.deepEqual(
      [only?.name, only?.value, only?.issue?.text],
      ['certificate', '010203', 'Not an X.509 certificate.'],
    );
  });
});
