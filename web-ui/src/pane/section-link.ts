/** A link in the row above what is opened. */
export interface SectionLink {
  /** `section-ID` is the element's id. */
  readonly id: string;
  readonly title: string;
  /** How much is in it, told where one points at the link: in the row it would move those behind it. */
  readonly note?: string;
  /** There is nothing to go to yet. */
  readonly isEmpty?: boolean;
}
