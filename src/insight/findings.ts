/** What is worth knowing about a connection's handshakes, by a closed list of named rules. */
import type { Connection, Finding } from '../shared/model.ts';

/** In the order of severity, then of the list. Uses `checks` and `chain` of the legs where they are filled in. */
export function findingsOf(_connection: Connection): Finding[] {
  return [];
}
