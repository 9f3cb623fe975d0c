/** Whether heads are shown as sent or taken apart: one choice for all, kept in this browser. */
import { Remembered } from '../remembered.ts';

const kept = new Remembered('head-view', ['raw', 'parsed']);

class HeadView {
  way = $state(kept.get());

  choose(way: 'raw' | 'parsed'): void {
    this.way = way;
    kept.set(way);
  }
}

export const headView = new HeadView();
