/** How a row stands in the list. */
export interface Place {
  /** 1-based, the header row counted. */
  readonly rowIndex: number;
  readonly current: boolean;
  readonly opened: boolean;
  readonly onpick: () => void;
}
