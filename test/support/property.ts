/**
 * fast-check with a seed that stays, so that what passed is what the next run tries too. Other values are tried with
 * `PROPERTY_SEED=random npm test`, or with the number that a failure printed.
 */
import fc from 'fast-check';

const asked = process.env['PROPERTY_SEED'] ?? '20261124';
if (asked !== 'random') fc.configureGlobal({ seed: Number(asked) });

export default fc;
