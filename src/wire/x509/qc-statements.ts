/** qcStatements, RFC 3739 §3.2.6 and ETSI EN 319 412-5: what a qualified certificate claims to be. */
import type { Field } from '../../shared/model.ts';
import { type DerElement, readElements } from '../der.ts';
import { listText } from './list-text.ts';
import { nameOf, QC_STATEMENTS, QC_TYPES } from './oids.ts';
import { dump, type ExtensionValue, fieldOf, oidField, type Source } from './tree.ts';
import { bodyOf, readOid } from './values.ts';

/** Statements of one certificate that are read; real ones have up to eight. */
const MAX_STATEMENTS = 50;

const QC_TYPE = '0.4.0.1862.1.6';

export function qcStatements(source: Source, value: DerElement): ExtensionValue {
  const texts: string[] = [];
  const children = readElements(source.bytes, value.body, MAX_STATEMENTS).map((element) => {
    const [id, info, ...more] = readElements(source.bytes, element.body, 8);
    const oid = id && readOid(bodyOf(source.bytes, id));
    const name = nameOf(QC_STATEMENTS, oid);
    const types = oid === QC_TYPE && info ? readElements(source.bytes, info.body, 8) : [];
    const kinds = types.map((type) => nameOf(QC_TYPES, readOid(bodyOf(source.bytes, type))));
    const text = kinds.length > 0 ? `${name} (${kinds.join(', ')})` : name;
    texts.push(text);
    const members: Field[] = [];
    if (id) members.push(oidField(source, 'statementId', id, QC_STATEMENTS));
    if (info && types.length > 0) {
      const items = types.map((type) => oidField(source, 'type', type, QC_TYPES));
      members.push(fieldOf(source, 'statementInfo', info, { children: items }));
    } else if (info) {
      members.push(dump(source, info, 'statementInfo'));
    }
    members.push(...more.map((member) => dump(source, member)));
    return fieldOf(source, 'qcStatement', element, { text, children: members });
  });
  return { text: listText(texts), children };
}
