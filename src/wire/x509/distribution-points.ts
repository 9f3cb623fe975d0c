/** cRLDistributionPoints and freshestCRL, RFC 5280 §4.2.1.13 and §4.2.1.15. */
import type { Field } from '../../shared/model.ts';
import { type DerElement, isContext, readElement, readElements } from '../der.ts';
import { bitsText } from './bits.ts';
import { generalNameField, generalNameText } from './general-name.ts';
import { listText } from './list-text.ts';
import { dump, type ExtensionValue, fieldOf, hexField, listFields, type Source } from './tree.ts';
import { bodyOf } from './values.ts';

const REASONS = [
  'unused',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
];

/** A point's names, the reasons its list covers, and who signs it. */
export function distributionPoints(source: Source, value: DerElement): ExtensionValue {
  const texts: string[] = [];
  const points = readElements(source.bytes, value.body);
  const children = listFields(source, points, (point) => {
    const members = readElements(source.bytes, point.body, 3).map((member) => memberField(source, member, texts));
    return fieldOf(source, 'DistributionPoint', point, { children: members });
  });
  return { ...(texts.length > 0 && { text: listText(texts) }), children };
}

function memberField(source: Source, member: DerElement, texts: string[]): Field {
  if (isContext(member, 1)) {
    return hexField(source, 'reasons', member, { text: bitsText(bodyOf(source.bytes, member), REASONS) });
  }
  if (isContext(member, 2)) return namesField(source, 'cRLIssuer', member);
  const choice = isContext(member, 0) ? readElement(source.bytes, member.body) : undefined;
  // nameRelativeToCRLIssuer is met nowhere and stays in tags.
  if (!isContext(choice, 0)) return dump(source, member);
  const [first] = readElements(source.bytes, choice.body, 1);
  if (first) texts.push(generalNameText(source.bytes, first));
  return fieldOf(source, 'distributionPoint', member, { children: [namesField(source, 'fullName', choice)] });
}

function namesField(source: Source, name: string, wrapper: DerElement): Field {
  const names = readElements(source.bytes, wrapper.body);
  return fieldOf(source, name, wrapper, {
    children: listFields(source, names, (element) => generalNameField(source, element)),
  });
}
