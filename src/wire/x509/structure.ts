/** The frame of a certificate, RFC 5280 §4.1: which element is which. What is missing is undefined, what is too much is kept. */
import { type DerElement, isContext, isUniversal, readElement, readElements, TAG } from '../der.ts';
import { bodyOf, readOid } from './values.ts';

export interface CertificateParts {
  readonly certificate?: DerElement;
  readonly tbs?: DerElement;
  /** `[0] EXPLICIT`; absent means v1. */
  readonly version?: DerElement;
  readonly serialNumber?: DerElement;
  /** The algorithm as repeated inside the signed part. */
  readonly signature?: DerElement;
  readonly issuer?: DerElement;
  readonly validity?: DerElement;
  readonly subject?: DerElement;
  readonly publicKey?: DerElement;
  readonly issuerUniqueId?: DerElement;
  readonly subjectUniqueId?: DerElement;
  /** The `Extension` elements, unwrapped. */
  readonly extensions?: DerElement;
  readonly algorithm?: DerElement;
  readonly signatureValue?: DerElement;
  /** Elements of the signed part that no member of the structure claims. */
  readonly extraInTbs: readonly DerElement[];
  /** The same, outside of it. */
  readonly extra: readonly DerElement[];
}

/** More elements than this in a frame of ten are not looked at one by one. */
const MAX_FRAME = 64;

/** In the order of RFC 5280 §4.1; these six are not optional and carry no tag of their own. */
const PLAIN = ['serialNumber', 'signature', 'issuer', 'validity', 'subject', 'publicKey'] as const;

export function certificateParts(der: Uint8Array): CertificateParts {
  const certificate = readElement(der, [0, der.length]);
  if (certificate === undefined) return { extraInTbs: [], extra: [] };
  if (!isUniversal(certificate, TAG.sequence)) return { extraInTbs: [], extra: [certificate] };
  const [tbs, algorithm, signatureValue, ...extra] = readElements(der, certificate.body, MAX_FRAME);
  return {
    certificate,
    ...(isUniversal(tbs, TAG.sequence) ? tbsParts(der, tbs) : { extraInTbs: [], ...(tbs && { tbs }) }),
    ...(algorithm && { algorithm }),
    ...(signatureValue && { signatureValue }),
    extra,
  };
}

function tbsParts(der: Uint8Array, tbs: DerElement): Partial<CertificateParts> & Pick<CertificateParts, 'extraInTbs'> {
  const elements = readElements(der, tbs.body, MAX_FRAME);
  const parts: { -readonly [Name in keyof CertificateParts]?: CertificateParts[Name] } = { tbs };
  const extraInTbs: DerElement[] = [];
  if (isContext(elements[0], 0)) parts.version = elements.shift()!;
  for (const name of PLAIN) {
    const element = elements.shift();
    if (element !== undefined) parts[name] = element;
  }
  for (const element of elements) {
    if (isContext(element, 1)) parts.issuerUniqueId = element;
    else if (isContext(element, 2)) parts.subjectUniqueId = element;
    else if (isContext(element, 3)) parts.extensions = element;
    else extraInTbs.push(element);
  }
  return { ...parts, extraInTbs };
}

/** The `Extension` elements of a certificate: OID, criticality and the OCTET STRING that holds the value. */
export interface ExtensionElement {
  readonly element: DerElement;
  readonly id?: DerElement;
  readonly critical?: DerElement;
  readonly value?: DerElement;
}

/** The extensions in the order they stand. */
export function extensionElements(der: Uint8Array, parts: CertificateParts): ExtensionElement[] {
  return parts.extensions === undefined ? [] : extensionList(der, parts.extensions);
}

/** The extensions inside `wrapper`, the explicit tag around `Extensions`. */
export function extensionList(der: Uint8Array, wrapper: DerElement): ExtensionElement[] {
  const list = readElement(der, wrapper.body);
  if (list === undefined) return [];
  return readElements(der, list.body).map((element) => {
    const members = readElements(der, element.body, 4);
    const id = isUniversal(members[0], TAG.oid) ? members[0] : undefined;
    const critical = members.find((member) => isUniversal(member, TAG.boolean));
    const value = members.find((member) => isUniversal(member, TAG.octetString));
    return { element, ...(id && { id }), ...(critical && { critical }), ...(value && { value }) };
  });
}

/** What the OCTET STRING of the first extension named `oid` holds. */
export function extensionValue(der: Uint8Array, parts: CertificateParts, oid: string): DerElement | undefined {
  return extensionValueIn(der, extensionElements(der, parts), oid);
}

export function extensionValueIn(
  der: Uint8Array,
  extensions: readonly ExtensionElement[],
  oid: string,
): DerElement | undefined {
  const extension = extensions.find(({ id }) => id && readOid(bodyOf(der, id)) === oid);
  return extension?.value && readElement(der, extension.value.body);
}
