/** The frame of an OCSP response, RFC 6960 §4.2.1: which element is which. What is missing is undefined. */
import type { Hex } from '../../shared/model.ts';
import { type DerElement, isContext, isUniversal, readElement, readElements, TAG } from '../der.ts';
import { algorithmParts } from './algorithm.ts';
import { bodyOf, serialText } from './values.ts';

export interface OcspParts {
  readonly response?: DerElement;
  readonly status?: DerElement;
  /** The `[0]` around ResponseBytes. */
  readonly wrapper?: DerElement;
  readonly type?: DerElement;
  /** The OCTET STRING that holds the BasicOCSPResponse. */
  readonly octets?: DerElement;
  readonly basic?: DerElement;
  readonly data?: DerElement;
  readonly algorithm?: DerElement;
  readonly signature?: DerElement;
  /** The `[0]` around the certificates. */
  readonly certificates?: DerElement;
}

export function ocspParts(der: Uint8Array): OcspParts {
  const response = readElement(der, [0, der.length]);
  if (!isUniversal(response, TAG.sequence)) return {};
  const [status, wrapper] = readElements(der, response.body, 2);
  const bytes = isContext(wrapper, 0) ? readElement(der, wrapper.body) : undefined;
  const [type, octets] = bytes ? readElements(der, bytes.body, 2) : [];
  const basic = isUniversal(octets, TAG.octetString) ? readElement(der, octets.body) : undefined;
  const [data, algorithm, signature, certificates] = isUniversal(basic, TAG.sequence)
    ? readElements(der, basic.body, 4)
    : [];
  return {
    response,
    ...(isUniversal(status, TAG.enumerated) && { status }),
    ...(wrapper && { wrapper }),
    ...(type && { type }),
    ...(octets && { octets }),
    ...(basic && { basic }),
    ...(data && { data }),
    ...(algorithm && { algorithm }),
    ...(signature && { signature }),
    ...(isContext(certificates, 0) && { certificates }),
  };
}

export interface ResponseDataParts {
  readonly version?: DerElement;
  readonly responder?: DerElement;
  readonly producedAt?: DerElement;
  /** The SEQUENCE OF SingleResponse. */
  readonly responses?: DerElement;
  /** The `[1]` around the extensions. */
  readonly extensions?: DerElement;
}

export function responseDataParts(der: Uint8Array, data: DerElement): ResponseDataParts {
  const elements = readElements(der, data.body, 8);
  const version = isContext(elements[0], 0) ? elements.shift() : undefined;
  const [responder, producedAt, responses, extensions] = elements;
  return {
    ...(version && { version }),
    ...(responder && { responder }),
    ...(producedAt && { producedAt }),
    ...(responses && { responses }),
    ...(isContext(extensions, 1) && { extensions }),
  };
}

export interface SingleResponseParts {
  readonly certId?: DerElement;
  readonly status?: DerElement;
  readonly thisUpdate?: DerElement;
  /** The `[0]` around the time. */
  readonly nextUpdate?: DerElement;
  /** The `[1]` around the extensions. */
  readonly extensions?: DerElement;
}

export function singleResponseParts(der: Uint8Array, single: DerElement): SingleResponseParts {
  const [certId, status, thisUpdate, ...rest] = readElements(der, single.body, 8);
  const nextUpdate = rest.find((element) => isContext(element, 0));
  const extensions = rest.find((element) => isContext(element, 1));
  return {
    ...(certId && { certId }),
    ...(status && { status }),
    ...(thisUpdate && { thisUpdate }),
    ...(nextUpdate && { nextUpdate }),
    ...(extensions && { extensions }),
  };
}

/** Which certificate an answer is about, RFC 6960 §4.1.1. */
export interface CertId {
  /** Of the hash, dotted. */
  readonly algorithm?: string;
  /** Of the issuer's name. */
  readonly nameHash?: Uint8Array;
  /** Of the issuer's key. */
  readonly keyHash?: Uint8Array;
  /** As `Certificate.serial` writes it. */
  readonly serial?: Hex;
}

export function certIdOf(der: Uint8Array, single: DerElement): CertId {
  const { certId } = singleResponseParts(der, single);
  const [algorithm, nameHash, keyHash, serial] = certId ? readElements(der, certId.body, 4) : [];
  const { oid } = algorithmParts(der, algorithm);
  return {
    ...(oid !== undefined && { algorithm: oid }),
    ...(nameHash && { nameHash: bodyOf(der, nameHash) }),
    ...(keyHash && { keyHash: bodyOf(der, keyHash) }),
    ...(serial && { serial: serialText(bodyOf(der, serial)) }),
  };
}
