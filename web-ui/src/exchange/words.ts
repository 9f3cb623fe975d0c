/** The closed lists of exchanges in words, one row each, so that the compiler names a missing one. */
import type { ExchangeOutcome } from '../../../src/shared/exchange.ts';

export const OUTCOME: Record<ExchangeOutcome['state'], string> = {
  open: 'Still going on',
  finished: 'Finished',
  aborted: 'Cut off',
  reset: 'Reset',
  refused: 'Refused',
  switched: 'Goes on in another protocol',
  lost: 'Not followed to its end',
};

/** What stands where no response was recorded. */
export const NO_RESPONSE: Record<ExchangeOutcome['state'], string> = {
  open: 'None yet',
  finished: 'None came',
  aborted: 'None came',
  reset: 'None came',
  refused: 'None came',
  switched: 'None came',
  // Bytes may have come that nobody read.
  lost: 'None was read',
};
