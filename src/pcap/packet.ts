/** What a capture file holds, as its readers hand it on. */

/** What the file says of the interface that packets were captured on. */
export interface CapturedInterface {
  /** LINKTYPE_ value of the packets: 1 is Ethernet. */
  readonly linkType: number;
  readonly name?: string;
  readonly description?: string;
  /** Comments on the interface and on its section, in the file's order. */
  readonly comments: readonly string[];
}

export interface CapturedPacket {
  readonly on: CapturedInterface;
  /** Milliseconds since 1970 (UTC), to about half a microsecond; undefined where the file has no time for it. */
  readonly at: number | undefined;
  /** As captured; a view that is good only during the call. */
  readonly bytes: Uint8Array;
  /** Bytes of the packet on the wire; more than were captured where the capture cut it. */
  readonly length: number;
}

/** Told of everything in a capture file, in its order. */
export interface CaptureSink {
  packet(packet: CapturedPacket): void;
  /** Text of the SSLKEYLOGFILE format; a view that is good only during the call. */
  keyLog(text: Uint8Array): void;
  /** Something was passed over; the rows of `SKIPPED`. */
  skipped(what: Skipped): void;
}

/** Why something in a file was not read, for a list with counts. */
export const SKIPPED = {
  'big-block': 'blocks of the file over 16 MiB',
  'unknown-secrets': 'blocks of secrets of another kind than a TLS key log',
  'no-interface': 'packets of an interface that the file does not describe',
  'link-type': 'packets of a link type that is not read',
  'not-ip': 'packets that are not IP',
  'not-tcp': 'packets that are not TCP',
  'bad-ip': 'packets with a broken IP or TCP header',
  'lost-fragment': 'IP fragments whose other parts are missing',
  'cut-packet': 'packets that the capture cut short',
  'far-segment': 'TCP segments too far from their stream',
  'closed-early': 'TCP connections let go early to keep memory bounded',
} as const satisfies Record<string, string>;

export type Skipped = keyof typeof SKIPPED;
