/** What a list keeps in view; what reads of it is told of every change. */
import { Scroll } from './scroll.ts';

export class ListScroll<Row extends { readonly id: number }> extends Scroll<Row> {
  #at = $state(0);

  override get top(): number {
    void this.#at;
    return super.top;
  }

  override get newer(): number {
    void this.#at;
    return super.newer;
  }

  protected override changed(): void {
    this.#at++;
  }
}
