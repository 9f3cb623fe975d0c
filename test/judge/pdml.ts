/** tshark's `-T pdml`, as far as it is needed: the tree of fields of each packet. */

export interface PdmlField {
  /** tshark's name of the field, `tls.handshake.type`; empty where it only groups. */
  readonly name: string;
  /** For people: `Handshake Type: Client Hello (1)`. */
  readonly words: string;
  /** The value as tshark reads it. */
  readonly show: string;
  /** Where it stands in the bytes it was read from, which may be a decrypted or reassembled copy; bytes. */
  readonly pos: number;
  readonly size: number;
  readonly children: PdmlField[];
}

/** The packets of a PDML document, each with its protocols as fields. tshark puts each tag on a line of its own. */
export function* packetsOf(pdml: string): Generator<readonly PdmlField[]> {
  let stack: PdmlField[][] = [];
  for (const [, closing, tag, attributes = '', empty] of pdml.matchAll(/<(\/?)(packet|proto|field)\b([^>]*?)(\/?)>/g)) {
    if (tag === 'packet') {
      if (closing) yield stack[0] ?? [];
      stack = [[]];
    } else if (closing) {
      stack.pop();
    } else {
      const field = fieldOf(attributes);
      stack.at(-1)!.push(field);
      if (!empty) stack.push(field.children);
    }
  }
}

/** Every field of a tree, parents before children. */
export function* within(fields: readonly PdmlField[]): Generator<PdmlField> {
  for (const field of fields) {
    yield field;
    yield* within(field.children);
  }
}

function fieldOf(attributes: string): PdmlField {
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of attributes.matchAll(/([a-z]+)="([^"]*)"/g)) found.set(name, unescaped(value));
  return {
    name: found.get('name') ?? '',
    words: found.get('showname') ?? '',
    show: found.get('show') ?? '',
    pos: Number(found.get('pos') ?? 0),
    size: Number(found.get('size') ?? 0),
    children: [],
  };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
