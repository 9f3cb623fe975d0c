/** What exports of exchanges mask: one choice for the whole page, so that opening another exchange does not take it back. */
import type { Masking } from './masking.ts';

class Masks implements Masking {
  cookies = $state(false);
  authorization = $state(false);
  more = $state('');
}

export const masks = new Masks();
