/** The extensions about certificate policies, RFC 5280 §4.2.1.4, §4.2.1.5, §4.2.1.11 and §4.2.1.14. */
import type { Field } from '../../shared/model.ts';
import { type DerElement, isContext, isUniversal, readElements, TAG } from '../der.ts';
import { listText } from './list-text.ts';
import { nameOf, POLICIES, POLICY_QUALIFIERS } from './oids.ts';
import { printable } from './printable.ts';
import { dump, type ExtensionValue, fieldOf, integerField, listFields, oidField, type Source } from './tree.ts';
import { bodyOf, readOid, readString, smallInteger } from './values.ts';

/** Qualifiers of one policy that the text mentions. */
const MAX_QUALIFIERS = 4;

export function certificatePolicies(source: Source, value: DerElement): ExtensionValue {
  const elements = readElements(source.bytes, value.body);
  const names: string[] = [];
  const children = listFields(source, elements, (element) => {
    const [id, qualifiers] = readElements(source.bytes, element.body, 2);
    const name = nameOf(POLICIES, id && readOid(bodyOf(source.bytes, id)));
    names.push(name);
    const members: Field[] = [];
    if (id) members.push(oidField(source, 'policyIdentifier', id, POLICIES));
    if (qualifiers) members.push(qualifiersField(source, qualifiers));
    return fieldOf(source, 'policyInformation', element, { text: name, children: members });
  });
  return { text: listText(names, elements.length), children };
}

function qualifiersField(source: Source, qualifiers: DerElement): Field {
  const children = listFields(source, readElements(source.bytes, qualifiers.body), (element) => {
    const [id, qualifier] = readElements(source.bytes, element.body, 2);
    const members: Field[] = [];
    if (id) members.push(oidField(source, 'policyQualifierId', id, POLICY_QUALIFIERS));
    if (qualifier) members.push(dump(source, qualifier, 'qualifier'));
    const text = qualifier && qualifierText(source.bytes, qualifier);
    return fieldOf(source, 'policyQualifierInfo', element, { text, children: members });
  });
  const texts = children.slice(0, MAX_QUALIFIERS).flatMap(({ text }) => (text === undefined ? [] : [text]));
  return fieldOf(source, 'policyQualifiers', qualifiers, {
    text: texts.length > 0 ? texts.join(', ') : undefined,
    children,
  });
}

/** A CPS pointer is a string; a user notice ends with one. */
function qualifierText(bytes: Uint8Array, qualifier: DerElement): string | undefined {
  const last = qualifier.constructed ? readElements(bytes, qualifier.body, 4).at(-1) : qualifier;
  const text = last && readString(bytes, last);
  return text === undefined ? undefined : printable(text);
}

export function policyMappings(source: Source, value: DerElement): ExtensionValue {
  const elements = readElements(source.bytes, value.body);
  const texts: string[] = [];
  const children = listFields(source, elements, (element) => {
    const ids = readElements(source.bytes, element.body, 2);
    const [from, to] = ids.map((id) => nameOf(POLICIES, readOid(bodyOf(source.bytes, id))));
    const text = `${from ?? '?'} is ${to ?? '?'} here`;
    texts.push(text);
    const names = ['issuerDomainPolicy', 'subjectDomainPolicy'] as const;
    const members = ids.map((id, n) => oidField(source, names[n]!, id, POLICIES));
    return fieldOf(source, 'policyMapping', element, { text, children: members });
  });
  return { text: listText(texts, elements.length), children };
}

/** requireExplicitPolicy `[0]`, inhibitPolicyMapping `[1]`: after how many further certificates each begins. */
export function policyConstraints(source: Source, value: DerElement): ExtensionValue {
  const texts: string[] = [];
  const children = readElements(source.bytes, value.body, 4).map((member) => {
    const name = isContext(member, 0)
      ? 'requireExplicitPolicy'
      : isContext(member, 1)
        ? 'inhibitPolicyMapping'
        : undefined;
    if (name === undefined) return dump(source, member);
    const count = smallInteger(bodyOf(source.bytes, member));
    texts.push(`${name} after ${count ?? '?'}`);
    return integerField(source, name, member, count === undefined ? {} : { value: count });
  });
  return { text: texts.join(', '), children };
}

export function inhibitAnyPolicy(source: Source, value: DerElement): ExtensionValue {
  const count = isUniversal(value, TAG.integer) ? smallInteger(bodyOf(source.bytes, value)) : undefined;
  return { text: `after ${count ?? '?'}`, children: [integerField(source, 'skipCerts', value)] };
}
