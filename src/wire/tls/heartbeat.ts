/** The heartbeat protocol (RFC 6520), of which a record says little and one bug made much. */

const TYPES: Readonly<Record<number, string>> = { 1: 'request', 2: 'response' };
/** Type and payload_length. */
const HEADER = 3;
/** RFC 6520 §4: padding is at least this long. */
const PADDING = 16;

/** One heartbeat in words; one that claims more payload than it carries is what the Heartbleed attack sends. */
export function describeHeartbeat(content: Uint8Array): string {
  if (content.length < HEADER) return `a heartbeat of ${content.length} bytes, too short to be one`;
  const kind = TYPES[content[0]!] ?? `of unknown type ${content[0]}`;
  const claimed = (content[1]! << 8) | content[2]!;
  const carried = content.length - HEADER;
  if (claimed > carried) {
    return `a heartbeat ${kind} that claims ${claimed} bytes of payload and carries ${carried}, as the Heartbleed attack does`;
  }
  const padding = carried - claimed;
  const short = padding < PADDING ? `, and only ${padding} of padding where RFC 6520 §4 asks for ${PADDING}` : '';
  return `a heartbeat ${kind} with ${claimed} bytes of payload${short}`;
}
