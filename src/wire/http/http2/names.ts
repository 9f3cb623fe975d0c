/** IANA's "Hypertext Transfer Protocol version 2 (HTTP/2) Parameters" registry, and the flags of RFC 9113 §6. */

/** RFC 9113 §6; ALTSVC: RFC 7838 §4; ORIGIN: RFC 8336 §2; PRIORITY_UPDATE: RFC 9218 §7.1. */
export const FRAME = {
  data: 0x0,
  headers: 0x1,
  priority: 0x2,
  rstStream: 0x3,
  settings: 0x4,
  pushPromise: 0x5,
  ping: 0x6,
  goaway: 0x7,
  windowUpdate: 0x8,
  continuation: 0x9,
  altsvc: 0xa,
  origin: 0xc,
  priorityUpdate: 0x10,
} as const;

export const FLAG = { ack: 0x1, endStream: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const;

/** RFC 9113 §6.5.2; RFC 8441 §3; RFC 9218 §2.1. */
export const SETTING = {
  headerTableSize: 0x1,
  enablePush: 0x2,
  initialWindowSize: 0x4,
  maxFrameSize: 0x5,
  enableConnectProtocol: 0x8,
  noRfc7540Priorities: 0x9,
} as const;

const FRAMES: readonly Row[] = [
  [0x0, 'DATA'],
  [0x1, 'HEADERS'],
  [0x2, 'PRIORITY'],
  [0x3, 'RST_STREAM'],
  [0x4, 'SETTINGS'],
  [0x5, 'PUSH_PROMISE'],
  [0x6, 'PING'],
  [0x7, 'GOAWAY'],
  [0x8, 'WINDOW_UPDATE'],
  [0x9, 'CONTINUATION'],
  [0xa, 'ALTSVC'],
  [0xc, 'ORIGIN'],
  [0x10, 'PRIORITY_UPDATE'],
];

const SETTINGS: readonly Row[] = [
  [0x1, 'HEADER_TABLE_SIZE'],
  [0x2, 'ENABLE_PUSH'],
  [0x3, 'MAX_CONCURRENT_STREAMS'],
  [0x4, 'INITIAL_WINDOW_SIZE'],
  [0x5, 'MAX_FRAME_SIZE'],
  [0x6, 'MAX_HEADER_LIST_SIZE'],
  [0x8, 'ENABLE_CONNECT_PROTOCOL'],
  [0x9, 'NO_RFC7540_PRIORITIES'],
  [0x10, 'TLS_RENEG_PERMITTED'],
];

/** RFC 9113 §7. */
const ERRORS: readonly Row[] = [
  [0x0, 'NO_ERROR'],
  [0x1, 'PROTOCOL_ERROR'],
  [0x2, 'INTERNAL_ERROR'],
  [0x3, 'FLOW_CONTROL_ERROR'],
  [0x4, 'SETTINGS_TIMEOUT'],
  [0x5, 'STREAM_CLOSED'],
  [0x6, 'FRAME_SIZE_ERROR'],
  [0x7, 'REFUSED_STREAM'],
  [0x8, 'CANCEL'],
  [0x9, 'COMPRESSION_ERROR'],
  [0xa, 'CONNECT_ERROR'],
  [0xb, 'ENHANCE_YOUR_CALM'],
  [0xc, 'INADEQUATE_SECURITY'],
  [0xd, 'HTTP_1_1_REQUIRED'],
];

/** `DATA`, …, or `unknown (0x42)`. */
export const frameName = namer(FRAMES);
/** `HEADER_TABLE_SIZE`, …, without the `SETTINGS_` that RFCs put before it; or `unknown (0x4a4a)`. */
export const settingName = namer(SETTINGS);
const errorName = namer(ERRORS);

/** An error code with its name. */
export function errorCode(id: number): { readonly id: number; readonly name: string } {
  return { id, name: errorName(id) };
}

type Row = readonly [id: number, name: string];

function namer(rows: readonly Row[]): (id: number) => string {
  const names = new Map(rows);
  return (id) => names.get(id) ?? `unknown (0x${id.toString(16)})`;
}
