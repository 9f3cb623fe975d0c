/**
 * Holds requests against their schemas. What stands in an address is text, so numbers are read from their digits there;
 * in a body a number is a number and a text is none, and what no schema names is refused.
 */
import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';

/** For all parts of a request. Nothing is changed in what came but that defaults are added. */
export const validatorOf: FastifySchemaCompiler<object> = ({ schema, httpPart }) => {
  const validator = Compile(schema as Type.TSchema);
  const isText = httpPart !== 'body';
  return (data: unknown) => {
    const value = validator.Default(isText ? numbersRead(schema, data) : data);
    return validator.Check(value) ? { value } : { error: [firstWrong(schema, value, '')] };
  };
};

/** As they are written in an address: in decimal, without sign, point or exponent. */
const DIGITS = /^\d{1,20}$/;

function numbersRead(schema: object, data: unknown): unknown {
  if (!Type.IsObject(schema) || !isRecord(data)) return data;
  const members = Object.entries(data).map(([name, value]) => {
    const isNumber = Object.hasOwn(schema.properties, name) && Type.IsInteger(schema.properties[name]);
    return [name, isNumber && typeof value === 'string' && DIGITS.test(value) ? Number(value) : value];
  });
  return Object.fromEntries(members);
}

/** Only one, as there may be half a million. */
function firstWrong(schema: object, value: unknown, path: string): FastifySchemaValidationError {
  if (Type.IsObject(schema) && isRecord(value)) {
    for (const [name, member] of Object.entries(value)) {
      const its = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
      if (its !== undefined && !Value.Check(its, member)) return firstWrong(its, member, `${path}/${name}`);
    }
    const unknown = Object.keys(value).find((name) => !Object.hasOwn(schema.properties, name));
    if ((schema as { additionalProperties?: unknown }).additionalProperties === false && unknown !== undefined) {
      const names = Object.keys(schema.properties).join(', ');
      return wrong('additionalProperties', path, `has a member that is not one of ${names}`);
    }
  }
  if (Type.IsArray(schema) && Array.isArray(value)) {
    const at = value.findIndex((item) => !Value.Check(schema.items, item));
    if (at >= 0) return firstWrong(schema.items, value[at], `${path}/${at}`);
  }
  if (Type.IsTuple(schema) && Array.isArray(value) && value.length === schema.items.length) {
    const at = schema.items.findIndex((its, i) => !Value.Check(its, value[i]));
    if (at >= 0) return firstWrong(schema.items[at]!, value[at], `${path}/${at}`);
  }
  const [first] = Value.Errors(schema as Type.TSchema, value);
  const { keyword = 'type', message = 'is not valid' } = first ?? {};
  const { description } = schema as Type.TSchemaOptions;
  return wrong(keyword, path, keyword === 'pattern' && description ? `must be ${description}` : message);
}

function wrong(keyword: string, instancePath: string, message: string): FastifySchemaValidationError {
  return { keyword, instancePath, message, schemaPath: '#', params: {} };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
