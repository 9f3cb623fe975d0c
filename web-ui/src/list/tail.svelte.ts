/** Whether a list shows its newest row, for those outside of it who say so and lead back. */
export class Tail {
  following = $state(true);
  /** Rows that came since the reader left the end. */
  newer = $state(0);
  /** Leads back to the end; the list that is there sets it. */
  follow: () => void = () => {};
}
