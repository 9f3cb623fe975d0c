/**
 * An OCSP response as a field tree, RFC 6960 §4.2.1.
 *
 * Never throws: bytes that are no response give one field that holds them and says why.
 */
import type { Field } from '../../shared/model.ts';
import { type DerElement, isContext, readElement, readElements } from '../der.ts';
import { toHex } from '../hex.ts';
import { algorithmField } from './algorithm.ts';
import { extensionsField } from './extensions.ts';
import { certificateFields } from './fields.ts';
import { nameFields, nameText } from './name.ts';
import { ocspParts, responseDataParts, singleResponseParts } from './ocsp-structure.ts';
import { certStatusText } from './ocsp-summary.ts';
import { responseStatusName, revocationReasonName } from './ocsp-words.ts';
import { nameOf, OCSP_RESPONSE_TYPES } from './oids.ts';
import { extensionList } from './structure.ts';
import { dump, fieldOf, fieldOver, hexField, integerField, listFields, type Source, timeField } from './tree.ts';
import { bodyOf, readOid, smallInteger } from './values.ts';

export { type OcspSummary, summariseOcsp } from './ocsp-summary.ts';

/**
 * The fields of a DER OCSPResponse.
 * @param base where `der` begins in the message that the ranges refer to.
 */
export function ocspResponseFields(der: Uint8Array, base: number): Field[] {
  const source: Source = { bytes: der, base };
  const parts = ocspParts(der);
  const { response, status, wrapper, type, octets, basic } = parts;
  if (response === undefined || status === undefined) {
    const issue = { severity: 'error', text: 'Not an OCSP response.' } as const;
    return [fieldOver(source, 'OCSPResponse', [0, der.length], { value: toHex(der), issue })];
  }
  const code = smallInteger(bodyOf(der, status));
  const text = code === undefined ? undefined : responseStatusName(code);
  const first = integerField(source, 'responseStatus', status, { text, spec: 'RFC 6960 §4.2.1' });
  const fields = [first.issue === undefined && response.issue ? { ...first, issue: response.issue } : first];
  if (wrapper && type && octets) {
    const oid = readOid(bodyOf(der, type));
    fields.push(
      fieldOf(source, 'responseBytes', wrapper, {
        text: nameOf(OCSP_RESPONSE_TYPES, oid),
        spec: 'RFC 6960 §4.2.1',
        children: [
          fieldOf(source, 'responseType', type, { value: oid ?? '', text: nameOf(OCSP_RESPONSE_TYPES, oid) }),
          basic ? fieldOf(source, 'response', octets, { children: basicFields(source, parts) }) : dump(source, octets),
        ],
      }),
    );
  } else if (wrapper) {
    fields.push(dump(source, wrapper, 'responseBytes'));
  }
  const end = response.range[1];
  if (end < der.length) {
    const issue = { severity: 'warning', text: 'Bytes after the end of the response.' } as const;
    fields.push(fieldOver(source, 'trailing', [end, der.length], { value: toHex(der.subarray(end)), issue }));
  }
  return fields;
}

/** BasicOCSPResponse. */
function basicFields(source: Source, parts: ReturnType<typeof ocspParts>): Field[] {
  const { basic, data, algorithm, signature, certificates } = parts;
  if (data === undefined) return basic ? [dump(source, basic)] : [];
  const fields = [responseDataField(source, data)];
  if (algorithm) fields.push(algorithmField(source, 'signatureAlgorithm', algorithm, 'RFC 6960 §4.2.1'));
  if (signature) fields.push(hexField(source, 'signature', signature));
  if (certificates) fields.push(certificatesField(source, certificates));
  return fields;
}

function responseDataField(source: Source, data: DerElement): Field {
  const { version, responder, producedAt, responses, extensions } = responseDataParts(source.bytes, data);
  const children: Field[] = [];
  if (version) children.push(dump(source, version, 'version'));
  if (responder) children.push(responderField(source, responder));
  if (producedAt) children.push(timeField(source, 'producedAt', producedAt));
  if (responses) {
    const items = readElements(source.bytes, responses.body);
    children.push(
      fieldOf(source, 'responses', responses, {
        text: items.length === 1 ? '1 answer' : `${items.length} answers`,
        children: listFields(source, items, (item) => singleResponseField(source, item)),
      }),
    );
  }
  if (extensions) {
    children.push(extensionsField(source, extensions, extensionList(source.bytes, extensions), 'responseExtensions'));
  }
  return fieldOf(source, 'tbsResponseData', data, { spec: 'RFC 6960 §4.2.1', children });
}

/** By name `[1]` or by the SHA-1 of its key `[2]`. */
function responderField(source: Source, responder: DerElement): Field {
  const inner = readElement(source.bytes, responder.body);
  if (inner && isContext(responder, 1)) {
    return fieldOf(source, 'responderID', responder, {
      text: nameText(source.bytes, inner),
      children: [fieldOf(source, 'byName', inner, { children: nameFields(source, inner) })],
    });
  }
  if (inner && isContext(responder, 2)) {
    return fieldOf(source, 'responderID', responder, {
      text: `key ${toHex(bodyOf(source.bytes, inner))}`,
      children: [hexField(source, 'byKey', inner)],
    });
  }
  return dump(source, responder, 'responderID');
}

function singleResponseField(source: Source, single: DerElement): Field {
  const { bytes } = source;
  const { certId, status, thisUpdate, nextUpdate, extensions } = singleResponseParts(bytes, single);
  const children: Field[] = [];
  if (certId) children.push(certIdField(source, certId));
  if (status) children.push(certStatusField(source, status));
  if (thisUpdate) children.push(timeField(source, 'thisUpdate', thisUpdate));
  const next = nextUpdate && readElement(bytes, nextUpdate.body);
  if (next) children.push(timeField(source, 'nextUpdate', next));
  if (extensions) {
    children.push(extensionsField(source, extensions, extensionList(bytes, extensions), 'singleExtensions'));
  }
  return fieldOf(source, 'singleResponse', single, {
    text: status && certStatusText(bytes, status),
    spec: 'RFC 6960 §4.2.1',
    children,
  });
}

function certIdField(source: Source, certId: DerElement): Field {
  const [algorithm, nameHash, keyHash, serial] = readElements(source.bytes, certId.body, 4);
  const children: Field[] = [];
  if (algorithm) children.push(algorithmField(source, 'hashAlgorithm', algorithm, 'RFC 6960 §4.1.1'));
  if (nameHash) children.push(hexField(source, 'issuerNameHash', nameHash));
  if (keyHash) children.push(hexField(source, 'issuerKeyHash', keyHash));
  if (serial) children.push(hexField(source, 'serialNumber', serial));
  return fieldOf(source, 'certID', certId, { spec: 'RFC 6960 §4.1.1', children });
}

function certStatusField(source: Source, status: DerElement): Field {
  const text = certStatusText(source.bytes, status);
  if (!isContext(status, 1)) return fieldOf(source, 'certStatus', status, { text });
  const [time, wrapper] = readElements(source.bytes, status.body, 2);
  const reason = wrapper && readElement(source.bytes, wrapper.body);
  const children: Field[] = [];
  if (time) children.push(timeField(source, 'revocationTime', time));
  if (reason) {
    const code = smallInteger(bodyOf(source.bytes, reason));
    const words = code === undefined ? undefined : revocationReasonName(code);
    children.push(integerField(source, 'revocationReason', reason, { text: words, spec: 'RFC 5280 §5.3.1' }));
  }
  return fieldOf(source, 'certStatus', status, { text, children });
}

/** The certificates that the responder sent along with its signature. */
function certificatesField(source: Source, wrapper: DerElement): Field {
  const list = readElement(source.bytes, wrapper.body);
  const items = list === undefined ? [] : readElements(source.bytes, list.body);
  return fieldOf(source, 'certs', wrapper, {
    text: items.length === 1 ? '1 certificate' : `${items.length} certificates`,
    children: listFields(source, items, (item) =>
      fieldOf(source, 'certificate', item, {
        children: certificateFields(source.bytes.subarray(...item.range), source.base + item.range[0]),
      }),
    ),
  });
}
