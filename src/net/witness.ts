/**
 * The seam between whatever watches a leg's wire and whatever reads what was watched.
 *
 * The JS tap calls it today; a native one under OpenSSL may come beside it. Nothing above this interface may know
 * which of the two is at work.
 */
export type Direction = 'received' | 'sent';

export interface Witness {
  /**
   * Bytes passed on the wire. `bytes` belongs to the stream: keep it, never write to it.
   * `at` is in ms on the capture's clock.
   * @returns false once no more bytes are wanted in this direction; the tap then stops calling.
   */
  bytes(direction: Direction, bytes: Uint8Array, at: number): boolean;
}
