/** Fields of a decoded message by their names. */
import type { Field } from '../../shared/model.ts';

/** The field at a path of names; the first of several of one name. */
export function find(fields: readonly Field[] | undefined, ...path: readonly string[]): Field | undefined {
  const [name, ...rest] = path;
  const field = fields?.find((field) => field.name === name);
  return rest.length === 0 ? field : find(field?.children, ...rest);
}

/** However deep: what a CompressedCertificate holds lies a few levels further down. */
export function anywhere(fields: readonly Field[], name: string): Field | undefined {
  for (const field of fields) {
    const found = field.name === name ? field : anywhere(field.children ?? [], name);
    if (found) return found;
  }
  return undefined;
}
