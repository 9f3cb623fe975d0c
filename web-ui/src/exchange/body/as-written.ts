/** JSON to indent for a reader: numbers keep their digits, where the browser can tell them (JSON.rawJSON). */

/** The value of a JSON text, or undefined when it is none. Only for `JSON.stringify`: its numbers may be objects. */
export function parsedAsWritten(text: string): unknown {
  const { rawJSON } = JSON as { rawJSON?: (text: string) => unknown };
  const asWritten = (_name: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && rawJSON && context?.source !== undefined ? rawJSON(context.source) : value;
  try {
    return JSON.parse(text, asWritten);
  } catch {
    return undefined;
  }
}
