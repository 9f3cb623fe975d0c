/** What is known of messages from `.proto` files, by whoever has read them. */

export type ProtoScalar =
  | 'int32'
  | 'int64'
  | 'uint32'
  | 'uint64'
  | 'sint32'
  | 'sint64'
  | 'bool'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed32'
  | 'sfixed64'
  | 'float'
  | 'double'
  | 'string'
  | 'bytes';

export interface ProtoSchemaField {
  readonly name: string;
  readonly type:
    | { readonly kind: 'scalar'; readonly scalar: ProtoScalar }
    /** `name` is full, without a leading dot. Map entries are messages too. */
    | { readonly kind: 'message' | 'enum'; readonly name: string };
}

/** None of it throws. */
export interface ProtoSchema {
  /** A field of the message with this full name. */
  field(message: string, number: number): ProtoSchemaField | undefined;
  /** A value's name in the enum with this full name. */
  enumValue(name: string, value: number): string | undefined;
  /** Full names of a method's messages. @param path as in `:path`: `/package.Service/Method` */
  method(path: string): { readonly request: string; readonly response: string } | undefined;
}
