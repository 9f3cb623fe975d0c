/** cRLDistributionPoints, RFC 5280 §4.2.1.13. */
import { type DerElement, isContext, readElement, readElements } from '../der.ts';
import { generalNameField, generalNameText } from './general-name.ts';
import { dump, type ExtensionValue, fieldOf, listFields, type Source } from './tree.ts';

/** Each point's fullName is shown name by name; the rest of a point (reasons, indirect issuer) by its tags. */
export function distributionPoints(source: Source, value: DerElement): ExtensionValue {
  const texts: string[] = [];
  const points = readElements(source.bytes, value.body);
  const children = listFields(source, points, (point) => {
    const members = readElements(source.bytes, point.body, 3).map((member) => {
      const choice = isContext(member, 0) ? readElement(source.bytes, member.body) : undefined;
      if (!isContext(choice, 0)) return dump(source, member);
      const names = readElements(source.bytes, choice.body);
      if (names[0] && texts.length < 4) texts.push(generalNameText(source.bytes, names[0]));
      const items = listFields(source, names, (name) => generalNameField(source, name));
      return fieldOf(source, 'distributionPoint', member, { children: items });
    });
    return fieldOf(source, 'DistributionPoint', point, { children: members });
  });
  return { ...(texts.length > 0 && { text: texts.join(', ') }), children };
}
