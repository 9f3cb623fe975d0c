/** The legs' messages field by field. */
import type { FieldDiff, Handshake } from '../shared/model.ts';

/** The client's first ClientHello beside ours to the server. */
export function helloDiffs(_client: Handshake, _server: Handshake): FieldDiff[] {
  return [];
}

/** The leaf that tlscope made (client leg) beside the server's own (server leg). */
export function certificateDiffs(_client: Handshake, _server: Handshake): FieldDiff[] {
  return [];
}
