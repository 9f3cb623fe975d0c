import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { ocspResponseFields, summariseOcsp } from '../../../src/wire/x509/ocsp.ts';
import fc from '../../support/property.ts';
import { skipWithout } from '../../support/tools.ts';
import { sequence, tlv } from './by-hand.ts';
import { makeOcspResponse } from './made-ocsp.ts';
import { assertNested, at } from './tree-laws.ts';

const SINGLE = 'responseBytes.response.tbsResponseData.responses.singleResponse';

describe('OCSP responses of openssl', { skip: skipWithout('openssl') }, () => {
  let good: Uint8Array;
  let revoked: Uint8Array;

  before(() => {
    good = makeOcspResponse({ serial: '8BADF00D', state: 'V', args: ['-ndays', '7'] });
    revoked = makeOcspResponse({ serial: '0123', state: 'R', args: ['-resp_key_id', '-resp_no_certs'] });
  });

  it('good, with its period, responder, signature and certificates', () => {
    const fields = ocspResponseFields(good, 1000);
    assertNested(fields, [1000, 1000 + good.length]);
    assert.equal(at(fields, 'responseStatus').text, 'successful');
    assert.equal(at(fields, 'responseBytes').text, 'id-pkix-ocsp-basic');
    assert.equal(at(fields, 'responseBytes.response.tbsResponseData.responderID').text, 'CN=made CA');
    assert.equal(at(fields, `${SINGLE}.certStatus`).text, 'good');
    assert.equal(at(fields, `${SINGLE}.certID.serialNumber`).value, '008badf00d');
    assert.equal(at(fields, `${SINGLE}.certID.hashAlgorithm`).text, 'SHA-1');
    assert.equal(at(fields, 'responseBytes.response.signatureAlgorithm').text, 'ecdsa-with-SHA256');
    const certificate = at(fields, 'responseBytes.response.certs.certificate');
    assert.equal(at(certificate.children!, 'tbsCertificate.subject').text, 'CN=made CA');
    const { status, about, thisUpdate = '', nextUpdate = '', text } = summariseOcsp(good);
    assert.deepEqual([status, about?.serial], ['good', '8badf00d']);
    assert.equal(Date.parse(nextUpdate) - Date.parse(thisUpdate), 7 * 86_400_000);
    assert.equal(text, `good, as of ${thisUpdate}, next update by ${nextUpdate}`);
    assert.equal(at(fields, `${SINGLE}.nextUpdate`).value, nextUpdate);
  });

  it('revoked, with when and why', () => {
    const fields = ocspResponseFields(revoked, 0);
    assert.equal(at(fields, `${SINGLE}.certStatus.revocationTime`).value, '2026-01-02T03:04:05Z');
    assert.equal(at(fields, `${SINGLE}.certStatus.revocationReason`).text, 'keyCompromise');
    assert.match(at(fields, 'responseBytes.response.tbsResponseData.responderID').text ?? '', /^key [0-9a-f]{40}$/);
    const summary = summariseOcsp(revoked);
    assert.equal(summary.status, 'revoked');
    assert.match(summary.text, /^revoked on 2026-01-02T03:04:05Z \(keyCompromise\), as of /);
  });

  it('unknown to the responder', () => {
    assert.equal(summariseOcsp(makeOcspResponse({ serial: '0456', state: 'absent' })).status, 'unknown');
  });

  it('cut at every byte: nothing is thrown, nothing lies outside', () => {
    for (let length = 0; length < good.length; length++) {
      const cut = good.subarray(0, length);
      const fields = ocspResponseFields(cut, 0);
      assertNested(fields, [0, length]);
      assert.match(JSON.stringify(fields), /"severity":"error"/, `cut at ${length}`);
      summariseOcsp(cut);
    }
  });

  it('with any byte changed', () => {
    fc.assert(
      fc.property(fc.nat(revoked.length - 1), fc.nat(255), (index, byte) => {
        const changed = revoked.slice();
        changed[index] = byte;
        assertNested(ocspResponseFields(changed, 7), [7, 7 + changed.length]);
        summariseOcsp(changed, (answers) => answers.length - 1);
      }),
      { numRuns: 300 },
    );
  });
});

describe('OCSP responses by hand', () => {
  it('without an answer say so', () => {
    const later = Uint8Array.from(sequence(tlv(0x0a, [3])));
    assert.equal(at(ocspResponseFields(later, 0), 'responseStatus').text, 'tryLater');
    assert.deepEqual(summariseOcsp(later), { status: 'error', text: 'the responder gave no answer: tryLater' });
  });

  it('bytes behind the end are kept', () => {
    const fields = ocspResponseFields(Uint8Array.from([...sequence(tlv(0x0a, [6])), 1, 2]), 0);
    assert.equal(at(fields, 'trailing').value, '0102');
  });

  it('no response at all', () => {
    const [only] = ocspResponseFields(Uint8Array.of(1, 2, 3), 0);
    assert.deepEqual([only?.value, only?.issue?.text], ['010203', 'Not an OCSP response.']);
    assert.equal(summariseOcsp(new Uint8Array(0)).status, 'error');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        assertNested(ocspResponseFields(bytes, 0), [0, bytes.length]);
      }),
    );
  });
});
