/** One word and what it means. */
export interface GlossaryEntry {
  readonly term: string;
  /** Other spellings that people and registries use. */
  readonly also?: readonly string[];
  readonly text: string;
  /** `RFC 8446 §4.1.2`; a name where no RFC defines it. */
  readonly spec: string;
}
