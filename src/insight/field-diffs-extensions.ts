/** Extensions of a ClientHello as items to compare, and what to compare inside each. */
import type { Field } from '../shared/model.ts';
import { isGrease, isGreaseByte } from '../wire/tls/registries.ts';
import type { ClientHello, Extension } from '../wire/tls/values.ts';
import type { Item } from './field-diffs-list.ts';
import { fieldNamed, fieldsNamed } from './field-tree.ts';
import { counted, marked } from './step-words.ts';

export interface ExtensionItem extends Item {
  readonly extension: Extension;
  /** The entries of its list; undefined where it is compared as a whole. */
  readonly items?: readonly Item[];
  /** What must agree for two to be equal. */
  readonly sameness: string;
}

/** What GREASE values are called: any of them stands for any other (RFC 8701 §3). */
export const GREASE = 'GREASE';

/** Extensions that are lists: the name of an entry's field. */
const LISTS: ReadonlyMap<number, string> = new Map([
  [0x000a, 'named_group'],
  [0x000b, 'ec_point_format'],
  [0x000d, 'signature_scheme'],
  [0x0010, 'protocol_name'],
  [0x001b, 'algorithm'],
  [0x0022, 'signature_scheme'],
  [0x002b, 'version'],
  [0x002d, 'ke_mode'],
  [0x0032, 'signature_scheme'],
  [0x0033, 'key_share_entry'],
  [0x4469, 'protocol_name'],
  [0x44cd, 'protocol_name'],
  [0xca34, 'trust_anchor_identifier'],
]);

/** Each extension of the hello, in order. @param tree the fields of the same message */
export function extensionItems(hello: ClientHello, tree: readonly Field[]): ExtensionItem[] {
  const fields = (fieldNamed(tree, 'extensions')?.children ?? []).filter(({ children }) => children !== undefined);
  return hello.extensions.map((extension, index) => extensionItem(extension, fields[index]));
}

function extensionItem(extension: Extension, field: Field | undefined): ExtensionItem {
  const { type, data } = extension;
  const name = isGrease(type) ? GREASE : (field?.name ?? String(type));
  const entry = LISTS.get(type);
  const items = entry === undefined ? undefined : fieldsNamed(field?.children ?? [], entry).map(listItem);
  const text = isGrease(type) ? undefined : field?.text;
  return {
    key: name,
    label: name,
    value: text ?? (data.length === 0 ? 'empty' : counted(data.length, 'byte')),
    id: type,
    extension,
    ...(items !== undefined && { items }),
    // A GREASE extension may hold anything or nothing.
    sameness: isGrease(type) ? '' : items !== undefined ? items.map(({ key }) => key).join('|') : data.join(),
  };
}

function listItem(field: Field): Item {
  const group = field.children && fieldNamed(field.children, 'group');
  const share = group && fieldNamed(field.children ?? [], 'key_exchange')?.value;
  const { value, text, name } = group ?? field;
  const id = typeof value === 'number' ? value : undefined;
  const isReserved = id !== undefined && (name === 'ke_mode' ? isGreaseByte(id) : isGrease(id));
  const label = isReserved ? GREASE : (text ?? String(value));
  return {
    key: isReserved ? GREASE : `${value}`,
    label,
    value: typeof share === 'string' ? marked(share) : (text ?? String(value)),
    ...(id !== undefined && { id }),
  };
}
