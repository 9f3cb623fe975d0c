/** The operations of a GraphQL document (GraphQL specification §2.3), found by its tokens alone. */

export interface DocumentOperation {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly name?: string;
  readonly fields: readonly string[];
}

/** What a token starts with: a string, a comment, a name, a spread, punctuation that nests or marks; all else separates. */
const START = /["#_A-Za-z{}()[\]:@$]|\.\.\./g;
const NAME = /[_0-9A-Za-z]*/y;
/** Operations of a document, and fields at the top of one, that are told. */
const MAX_TOLD = 100;

/** Empty when there are none, as in a text that is no document. */
export function operationsOf(document: string): DocumentOperation[] {
  const operations: DocumentOperation[] = [];
  let head: string[] = [];
  let depth = 0;
  let selection: Selection | undefined;
  for (const token of tokensOf(document)) {
    if (depth === 0 && token === '{') {
      if (operations.length >= MAX_TOLD) break;
      selection = new Selection();
      const operation = definition(head, selection.fields);
      if (operation) operations.push(operation);
      head = [];
    } else if (depth === 0 && head.length < 3) {
      head.push(token);
    } else if (depth === 1) {
      selection?.take(token);
    }
    if ('{(['.includes(token)) depth++;
    else if ('})]'.includes(token) && depth > 0) depth--;
    if (depth === 0) selection = undefined;
  }
  return operations;
}

/** Without strings and comments; these are passed over by hand, as they may be longer than an expression can match. */
function* tokensOf(document: string): Generator<string> {
  for (let at = 0; ; ) {
    START.lastIndex = at;
    const found = START.exec(document);
    if (!found) return;
    const [start] = found;
    if (start === '"') at = stringEnd(document, found.index);
    else if (start === '#') at = lineEnd(document, found.index);
    else if (/\w/.test(start)) {
      NAME.lastIndex = found.index;
      const [name = ''] = NAME.exec(document) ?? [];
      yield name;
      at = found.index + name.length;
    } else {
      yield start;
      at = found.index + start.length;
    }
  }
}

/** Behind the string at `at` (§2.9.4), or the end of a text that ends within it. */
function stringEnd(document: string, at: number): number {
  const quote = document.startsWith('"""', at) ? '"""' : '"';
  for (let i = at + quote.length; i < document.length; i++) {
    if (document[i] === '\\') i += quote === '"' ? 1 : document.startsWith('"""', i + 1) ? 3 : 0;
    else if (document.startsWith(quote, i)) return i + quote.length;
    else if (quote === '"' && document[i] === '\n') return i;
  }
  return document.length;
}

function lineEnd(document: string, at: number): number {
  const end = document.indexOf('\n', at);
  return end < 0 ? document.length : end;
}

/** What `head` defines: `query Name …`, nothing at all for a query in short, or a fragment. */
function definition([keyword, name]: string[], fields: string[]): DocumentOperation | undefined {
  if (keyword === undefined) return { kind: 'query', fields };
  if (keyword !== 'query' && keyword !== 'mutation' && keyword !== 'subscription') return undefined;
  return name !== undefined && /^\w/.test(name) ? { kind: keyword, name, fields } : { kind: keyword, fields };
}

/** The names of fields in one selection set, from its tokens at its own depth. */
class Selection {
  readonly fields: string[] = [];
  #before = '';

  take(token: string): void {
    const isName = /^\w/.test(token);
    // `alias: name` is known by its name; what follows `...`, `on` after it, and `@` names no field.
    if (isName && this.#before === ':') this.fields[this.fields.length - 1] = token;
    else if (isName && !['...', 'on', '@', '$'].includes(this.#before) && this.fields.length < MAX_TOLD)
      this.fields.push(token);
    this.#before = isName && this.#before === '...' ? (token === 'on' ? 'on' : '') : token;
  }
}
