import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nodeDigest } from '../../../src/crypto/digest.ts';
import type { Field } from '../../../src/shared/model.ts';
import { certificateFields } from '../../../src/wire/x509/fields.ts';
import { summariseCertificate } from '../../../src/wire/x509/summary.ts';
import fc from '../../support/property.ts';
import { needsTool } from '../../support/tools.ts';
import { type Bytes, certificateByHand, type Members, name, oid, sequence, string, tlv } from './by-hand.ts';
import { makeCertificate } from './made.ts';
import { assertNested, at } from './tree-laws.ts';

function extensionOf(type: string, value: Bytes): Field {
  const der = certificateByHand({ extensions: [[type, value]] });
  const fields = certificateFields(der, 10);
  assertNested(fields, [10, 10 + der.length]);
  return at(fields, 'tbsCertificate.extensions').children![0]!;
}

const integer = (value: number, tag = 0x02) => tlv(tag, [value]);
const QC = '0.4.0.1862.1';

const ROWS: readonly (readonly [type: string, value: Bytes, name: string, text: string])[] = [
  [
    '2.5.29.32',
    sequence(
      sequence(
        oid('2.23.140.1.2.1'),
        sequence(
          sequence(oid('1.3.6.1.5.5.7.2.1'), string('http://a.test/cps', 0x16)),
          sequence(oid('1.3.6.1.5.5.7.2.2'), sequence(string('Be\nware'))),
        ),
      ),
      sequence(oid('1.2.3')),
    ),
    'certificatePolicies',
    'domain-validated, 1.2.3',
  ],
  [
    '2.5.29.33',
    sequence(sequence(oid('1.2.3'), oid('2.23.140.1.1'))),
    'policyMappings',
    '1.2.3 is extended-validation here',
  ],
  [
    '2.5.29.36',
    sequence(integer(0, 0x80), integer(3, 0x81)),
    'policyConstraints',
    'requireExplicitPolicy after 0, inhibitPolicyMapping after 3',
  ],
  ['2.5.29.54', integer(2), 'inhibitAnyPolicy', 'after 2'],
  [
    '2.5.29.16',
    sequence(string('20260101000000Z', 0x80), string('20270101000000Z', 0x81)),
    'privateKeyUsagePeriod',
    'notBefore 2026-01-01T00:00:00Z, notAfter 2027-01-01T00:00:00Z',
  ],
  [
    '2.5.29.31',
    sequence(
      sequence(
        tlv(0xa0, tlv(0xa0, string('http://a.test/1', 0x86))),
        tlv(0x81, [5, 0x60]),
        tlv(0xa2, tlv(0xa4, name(['2.5.4.3', string('CRL signer')]))),
      ),
    ),
    'cRLDistributionPoints',
    'URI:http://a.test/1',
  ],
  [
    '1.3.6.1.5.5.7.1.3',
    sequence(sequence(oid(`${QC}.1`)), sequence(oid(`${QC}.6`), sequence(oid(`${QC}.6.3`)))),
    'qcStatements',
    'QcCompliance, QcType (web)',
  ],
  [
    '1.3.6.1.4.1.11129.2.4.3',
    tlv(0x05),
    'precertificatePoison',
    'a precertificate, not to be accepted as a certificate',
  ],
  ['1.3.6.1.4.1.44363.44', tlv(0x05), 'delegationUsage', 'may sign delegated credentials'],
  ['1.3.6.1.5.5.7.48.1.5', tlv(0x05), 'ocspNoCheck', 'its own revocation is not to be asked for'],
  ['1.3.6.1.4.1.311.20.2', tlv(0x1e, [0, 0x57, 0, 0x53]), 'certificateTemplateName', 'WS'],
  [
    '1.3.6.1.4.1.311.21.7',
    sequence(oid('1.3.6.1.4.1.311.21.8.1'), integer(100), integer(4)),
    'certificateTemplate',
    'template 1.3.6.1.4.1.311.21.8.1, version 100.4',
  ],
  ['1.3.6.1.4.1.311.21.1', integer(3), 'cAVersion', '3'],
  ['2.16.840.1.113730.1.1', tlv(0x03, [6, 0xc0]), 'netscape-cert-type', 'SSL client, SSL server'],
  ['2.16.840.1.113730.1.13', string('made\u0007', 0x16), 'netscape-comment', 'made\\u{7}'],
  ['2.5.29.17', sequence(), 'subjectAltName', ''],
  [
    '1.3.6.1.5.5.7.1.24',
    sequence(integer(5), integer(17), integer(9)),
    'tlsfeature',
    'status_request (must-staple), status_request_v2, 9',
  ],
];

describe('what an extension says', () => {
  for (const [type, value, name, text] of ROWS) {
    it(name, () => {
      const field = extensionOf(type, value);
      assert.equal(field.name, name);
      assert.equal(at([field], `${name}.extnValue`).text, text);
    });
  }

  it('the qualifiers of a policy', () => {
    const qualifiers = at(
      [extensionOf(ROWS[0]![0], ROWS[0]![1])],
      'certificatePolicies.extnValue.policyInformation.policyQualifiers',
    );
    assert.equal(qualifiers.text, 'http://a.test/cps, Be\\u{a}ware');
    assert.equal(at(qualifiers.children!, 'policyQualifierInfo.policyQualifierId').text, 'CPS');
  });

  it('the rest of a distribution point', () => {
    const point = at([extensionOf(ROWS[5]![0], ROWS[5]![1])], 'cRLDistributionPoints.extnValue.DistributionPoint')
      .children!;
    assert.equal(at(point, 'reasons').text, 'keyCompromise, cACompromise');
    assert.equal(at(point, 'cRLIssuer.DirName').text, 'DirName:CN=CRL signer');
  });

  it('every extension that openssl can write has a reader', (t) => {
    if (!needsTool(t, 'openssl')) return;
    const der = makeCertificate({
      key: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
      extensions: [
        'basicConstraints=critical,CA:TRUE',
        'policyConstraints=requireExplicitPolicy:3',
        'inhibitAnyPolicy=2',
        'policyMappings=1.2.3:1.2.4',
        'subjectInfoAccess=caRepository;URI:http://a.test/repo',
        'issuerAltName=DNS:issuer.test',
        'freshestCRL=URI:http://a.test/delta',
        'nsCertType=server',
        'nsComment=comment',
        'noCheck=ignored',
        'certificatePolicies=@policy',
        '[policy]',
        'policyIdentifier=2.23.140.1.2.2',
        'CPS.1=http://a.test/cps',
        'userNotice.1=@notice',
        '[notice]',
        'explicitText=UTF8:Notice',
        'organization=Org',
        'noticeNumbers=1,2',
      ],
    });
    const said = Object.fromEntries(
      at(certificateFields(der, 0), 'tbsCertificate.extensions').children!.map(({ name, text }) => [name, text]),
    );
    delete said['subjectKeyIdentifier'];
    delete said['authorityKeyIdentifier'];
    assert.deepEqual(said, {
      basicConstraints: 'critical; CA',
      policyConstraints: 'requireExplicitPolicy after 3',
      inhibitAnyPolicy: 'after 2',
      policyMappings: '1.2.3 is 1.2.4 here',
      subjectInfoAccess: 'caRepository URI:http://a.test/repo',
      issuerAltName: 'DNS:issuer.test',
      freshestCRL: 'URI:http://a.test/delta',
      'netscape-cert-type': 'SSL server',
      'netscape-comment': 'comment',
      ocspNoCheck: 'its own revocation is not to be asked for',
      certificatePolicies: 'organization-validated',
    });
    assert.deepEqual(summariseCertificate(der, nodeDigest).policies, ['OV']);
  });
});

describe('all of them in one certificate', () => {
  const der = certificateByHand({ extensions: ROWS.map(([type, value]) => [type, value]) });
  const check = (bytes: Uint8Array) => {
    assertNested(certificateFields(bytes, 3), [3, 3 + bytes.length]);
    summariseCertificate(bytes, nodeDigest);
  };

  it('cut at every byte', () => {
    for (let length = 0; length < der.length; length++) check(der.subarray(0, length));
  });

  it('any byte changed', () => {
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.nat(255), (index, byte) => {
        const changed = der.slice();
        changed[index] = byte;
        check(changed);
      }),
      { numRuns: 500 },
    );
  });
});

describe('what an extension does against the rules', () => {
  const issueOf = (members: Members, index = 0) =>
    at(certificateFields(certificateByHand(members), 0), 'tbsCertificate.extensions').children![index]?.issue?.text;

  it('the same one twice', () => {
    const list: Members['extensions'] = [
      ['2.5.29.54', integer(1)],
      ['2.5.29.54', integer(1)],
    ];
    assert.match(issueOf({ extensions: list }, 1) ?? '', /twice/);
    assert.equal(issueOf({ extensions: list }, 0), undefined);
  });

  it('no names, a path length without a CA', () => {
    assert.match(issueOf({ extensions: [['2.5.29.17', sequence()]] }) ?? '', /No name/);
    assert.match(issueOf({ extensions: [['2.5.29.19', sequence(integer(1))]] }) ?? '', /path length/);
  });

  it('bytes after the value', () => {
    const field = extensionOf('2.5.29.54', [...integer(1), 1, 2]);
    assert.equal(at([field], 'inhibitAnyPolicy.extnValue.trailing').value, '0102');
  });

  it('extensions before version 3', () => {
    const der = certificateByHand({ version: [], extensions: [['2.5.29.54', integer(1)]] });
    assert.match(at(certificateFields(der, 0), 'tbsCertificate.extensions').issue?.text ?? '', /not version 3/);
  });

  it('a proxy certificate’s, by its name alone', () => {
    assert.equal(
      extensionOf('1.3.6.1.5.5.7.1.14', sequence(sequence(oid('1.3.6.1.5.5.7.21.0')))).name,
      'proxyCertInfo',
    );
  });

  it('a NUL within a name', () => {
    const field = extensionOf('2.5.29.17', sequence(string('a\u0000.test', 0x82)));
    assert.match(at([field], 'subjectAltName.extnValue.DNS').issue?.text ?? '', /NUL/);
  });
});

describe('keys and signatures', () => {
  it('the parameters of RSASSA-PSS', (t) => {
    if (!needsTool(t, 'openssl')) return;
    const options = ['keygen_bits:1024', 'pss_keygen_md:sha384', 'pss_keygen_mgf1_md:sha384', 'pss_keygen_saltlen:32'];
    const key = ['rsa-pss', ...options.flatMap((option) => ['-pkeyopt', `rsa_${option}`])];
    const der = makeCertificate({ key, args: ['-sha384'] });
    const parameters = at(certificateFields(der, 0), 'signatureAlgorithm.parameters').children!;
    assert.equal(at(parameters, 'hashAlgorithm').text, 'SHA-384');
    assert.equal(at(parameters, 'maskGenAlgorithm').text, 'id-mgf1');
    assert.equal(at(parameters, 'saltLength').value, 32);
  });

  it('a curve written out is against RFC 5480', (t) => {
    if (!needsTool(t, 'openssl')) return;
    const args = ['-pkeyopt', 'ec_paramgen_curve:P-256', '-pkeyopt', 'ec_param_enc:explicit'];
    const fields = certificateFields(makeCertificate({ key: ['ec', ...args] }), 0);
    assert.match(at(fields, 'tbsCertificate.subjectPublicKeyInfo').issue?.text ?? '', /named ones only/);
    const key = at(fields, 'tbsCertificate.subjectPublicKeyInfo.subjectPublicKey.key');
    assert.equal(key.text, 'uncompressed point');
  });

  it('an RSA key of 32768 bits and an even exponent', () => {
    const modulus = tlv(0x02, [0], new Array<number>(4096).fill(0xff));
    const publicKey = sequence(
      sequence(oid('1.2.840.113549.1.1.1'), tlv(0x05)),
      tlv(0x03, [0], sequence(modulus, integer(4))),
    );
    const der = certificateByHand({ publicKey });
    assert.equal(summariseCertificate(der, nodeDigest).key, 'RSA 32768');
    const exponent = 'tbsCertificate.subjectPublicKeyInfo.subjectPublicKey.publicExponent';
    assert.match(at(certificateFields(der, 0), exponent).issue?.text ?? '', /even exponent/);
  });

  for (const [id, name] of [
    ['2.16.840.1.101.3.4.3.17', 'ML-DSA-44'],
    ['2.16.840.1.101.3.4.3.19', 'ML-DSA-87'],
    ['2.16.840.1.101.3.4.3.20', 'SLH-DSA-SHA2-128s'],
    ['2.16.840.1.101.3.4.3.31', 'SLH-DSA-SHAKE-256f'],
  ] as const) {
    it(`names ${name}`, () => {
      const algorithm = sequence(oid(id));
      const der = certificateByHand({ algorithm, publicKey: sequence(algorithm, tlv(0x03, [0, 1])) });
      const { key, signature } = summariseCertificate(der, nodeDigest);
      assert.deepEqual([key, signature], [name, name]);
    });
  }
});

describe('dates at the edges', () => {
  const at2 = (from: Bytes, to: Bytes) => {
    const fields = certificateFields(certificateByHand({ validity: sequence(from, to) }), 0);
    return at(fields, 'tbsCertificate.validity');
  };

  it('1950 and 2049 as UTCTime, 2050 and 9999 as GeneralizedTime', () => {
    const early = at2(string('500101000000Z', 0x17), string('491231235959Z', 0x17));
    assert.equal(early.text, '1950-01-01T00:00:00Z to 2049-12-31T23:59:59Z');
    const late = at2(string('20500101000000Z', 0x18), string('99991231235959Z', 0x18));
    assert.equal(late.text, '2050-01-01T00:00:00Z to 9999-12-31T23:59:59Z');
    assert.deepEqual(
      [...early.children!, ...late.children!].map(({ issue }) => issue),
      [undefined, undefined, undefined, undefined],
    );
  });

  it('the wrong type for its year, a form that DER forbids, an end before the beginning', () => {
    const field = at2(string('20490101000000Z', 0x18), string('4801010000Z', 0x17));
    assert.match(field.children![0]?.issue?.text ?? '', /UTCTime for dates from 1950 to 2049/);
    const old = at2(string('18991231235959Z', 0x18), string('00000101000000Z', 0x18));
    assert.equal(old.text, '1899-12-31T23:59:59Z to 0000-01-01T00:00:00Z');
    assert.deepEqual(
      old.children!.map(({ issue }) => issue),
      [undefined, undefined],
      'dates for which there is no UTCTime',
    );
    assert.match(field.children![1]?.issue?.text ?? '', /whole seconds/);
    assert.match(field.issue?.text ?? '', /ends before it begins/);
  });
});
