/** The rows that are chosen; what reads of it is told of every change. */
import { Choice } from './choice.ts';

export class Selection extends Choice {
  #at = $state(0);

  override get ids(): ReadonlySet<number> {
    void this.#at;
    return super.ids;
  }

  protected override changed(): void {
    this.#at++;
  }
}
