/**
 * `.proto` files of a folder as a `ProtoSchema`: what messages, enums and methods are called.
 *
 * protobufjs only parses here. Its types are never resolved or set up, as that would generate code from their names.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import type { ProtoScalar, ProtoSchema, ProtoSchemaField } from '../wire/http/protobuf/schema.ts';

/** A folder that cannot be read, or a file in it that is no `.proto` file. `path` is of the one. */
export class ProtoFileError extends Error {
  readonly path: string;
  /** From 1; absent where the fault is of no line. */
  readonly line: number | undefined;

  constructor(path: string, reason: string, line?: number) {
    super(reason);
    this.name = 'ProtoFileError';
    this.path = path;
    this.line = line;
  }
}

const SCALARS: ReadonlySet<string> = new Set<ProtoScalar>([
  ...(['int32', 'int64', 'uint32', 'uint64', 'sint32', 'sint64', 'bool'] as const),
  ...(['fixed32', 'fixed64', 'sfixed32', 'sfixed64', 'float', 'double', 'string', 'bytes'] as const),
]);

/**
 * Reads all `.proto` files below a folder. Imports name files of the folder or protobuf's own; what is nowhere is shown
 * by number.
 * @throws ProtoFileError
 */
export function readProtoFiles(folder: string): ProtoSchema {
  const root = new protobuf.Root();
  for (const path of protoFilesIn(folder)) parseInto(root, path);
  return new ProtoFiles(root);
}

function protoFilesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.proto'));
    if (names.length === 0) throw new ProtoFileError(folder, 'it holds no .proto file');
    return names.sort().map((name) => join(folder, name));
  } catch (error) {
    if (error instanceof ProtoFileError) throw error;
    throw new ProtoFileError(folder, (error as NodeJS.ErrnoException).code ?? String(error));
  }
}

function parseInto(root: protobuf.Root, path: string): void {
  try {
    const { imports = [] } = protobuf.parse(readFileSync(path, 'utf8'), root, { keepCase: true });
    for (const each of imports) {
      const known = protobuf.common.get(each);
      if (known?.nested && root.lookup(firstOf(each)) === null) root.addJSON(known.nested);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const [, reason = message, line] = /^(.*) \((?:.*, )?line (\d+)\)$/s.exec(message) ?? [];
    throw new ProtoFileError(path, code ?? reason, line === undefined ? undefined : Number(line));
  }
}

/** `google/protobuf/timestamp.proto` has the message `google.protobuf.Timestamp`, and so on. */
function firstOf(file: string): string {
  const name = file.replace(/^.*\/|\.proto$/g, '');
  const type = name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return `google.protobuf.${type}`;
}

class ProtoFiles implements ProtoSchema {
  readonly #root: protobuf.Root;
  readonly #fields = new Map<string, Map<number, ProtoSchemaField>>();

  constructor(root: protobuf.Root) {
    this.#root = root;
  }

  field(message: string, number: number): ProtoSchemaField | undefined {
    let fields = this.#fields.get(message);
    if (fields === undefined) {
      fields = this.#fieldsOf(message);
      this.#fields.set(message, fields);
    }
    return fields.get(number);
  }

  enumValue(name: string, value: number): string | undefined {
    const found = this.#root.lookup(`.${name}`, protobuf.Enum);
    return found instanceof protobuf.Enum ? found.valuesById[value] : undefined;
  }

  method(path: string): { readonly request: string; readonly response: string } | undefined {
    const [, serviceName, name] = /^\/([\w.]+)\/(\w+)$/.exec(path) ?? [];
    const service = this.#root.lookup(`.${serviceName}`, protobuf.Service);
    if (!(service instanceof protobuf.Service) || name === undefined || !Object.hasOwn(service.methods, name)) {
      return undefined;
    }
    const { requestType, responseType } = service.methods[name]!;
    return { request: fullName(service, requestType), response: fullName(service, responseType) };
  }

  #fieldsOf(message: string): Map<number, ProtoSchemaField> {
    const fields = new Map<number, ProtoSchemaField>();
    const entry = /^(.+)\/(\w+)$/.exec(message);
    const type = this.#root.lookup(`.${entry?.[1] ?? message}`, protobuf.Type);
    if (!(type instanceof protobuf.Type)) return fields;
    if (entry !== null) {
      const map = type.fields[entry[2]!];
      if (!(map instanceof protobuf.MapField)) return fields;
      fields.set(1, { name: 'key', type: typeOf(type, map.keyType) });
      return fields.set(2, { name: 'value', type: typeOf(type, map.type) });
    }
    for (const field of Object.values(type.fields)) {
      // A map is a list of entries, whose type has no name of its own in the file.
      const isMap = field instanceof protobuf.MapField;
      const of = isMap ? ({ kind: 'message', name: `${message}/${field.name}` } as const) : typeOf(type, field.type);
      fields.set(field.id, { name: field.name, type: of });
    }
    return fields;
  }
}

function typeOf(within: protobuf.Type, name: string): ProtoSchemaField['type'] {
  if (SCALARS.has(name)) return { kind: 'scalar', scalar: name as ProtoScalar };
  const found = within.lookup(name, [protobuf.Type, protobuf.Enum]);
  const kind = found instanceof protobuf.Enum ? 'enum' : 'message';
  return { kind, name: found === null ? name : found.fullName.slice(1) };
}

function fullName(within: protobuf.Service, name: string): string {
  return (within.lookup(name, protobuf.Type)?.fullName ?? name).replace(/^\./, '');
}
