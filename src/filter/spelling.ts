/** Which name somebody may have meant. */
import { editDistance } from '../shared/edit-distance.ts';
import { FIELDS } from './fields.ts';

/** How many letters may be wrong: one in short names, three in long ones. */
const tolerance = (name: string): number => Math.min(3, Math.max(1, Math.floor(name.length / 3)));
/** Nothing longer is a misspelt field. */
const MAX_NAME = 40;

/** The field nearest to a misspelt name; undefined when none is near. */
export function nearestField(name: string): string | undefined {
  if (name.length > MAX_NAME) return undefined;
  const scored = FIELDS.map((field) => ({ name: field.name, steps: editDistance(name, field.name) }));
  // The last part of a dotted name alone is a guess too: `version` for `tls.version`.
  const tail = FIELDS.find((field) => field.name.endsWith(`.${name}`));
  scored.sort((a, b) => a.steps - b.steps);
  const [best] = scored;
  return best !== undefined && best.steps <= tolerance(best.name) ? best.name : tail?.name;
}
