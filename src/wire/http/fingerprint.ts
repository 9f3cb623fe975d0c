/**
 * The fingerprint of an HTTP/2 client: what it says before and with its first request, in one line.
 *
 * The form is `S[;]|WU|P[,]|PS[,]` of Shuster, Segal and Fridman, "Passive Fingerprinting of HTTP/2 Clients" (Akamai white
 * paper, Black Hat Europe 2017, §4). Programs differ on what the paper leaves open; here, as in its own example, the
 * weight is the byte on the wire plus one, the frames are those before the first HEADERS, and priorities that stand
 * within HEADERS do not count.
 */

/** What the client sent up to the head of its first request. */
export interface Http2Opening {
  /** Of its first SETTINGS, in their order. */
  readonly settings: readonly { readonly id: number; readonly value: number }[];
  /** Increment of its first WINDOW_UPDATE for the connection. */
  readonly windowUpdate: number | undefined;
  /** Its PRIORITY frames, in their order; weights from 1 to 256. */
  readonly priorities: readonly {
    readonly stream: number;
    readonly exclusive: boolean;
    readonly dependsOn: number;
    readonly weight: number;
  }[];
  /** Names of its first request's fields, or of the pseudo-header fields alone. */
  readonly names: readonly string[];
}

const LETTERS: ReadonlyMap<string, string> = new Map([
  [':method', 'm'],
  [':authority', 'a'],
  [':scheme', 's'],
  [':path', 'p'],
]);

/** e.g. `1:65536;2:0;4:6291456;6:262144|15663105|0|m,a,s,p`. */
export function http2Fingerprint({ settings, windowUpdate, priorities, names }: Http2Opening): string {
  const parts = [
    settings.map(({ id, value }) => `${id}:${value}`).join(';'),
    windowUpdate === undefined ? '00' : `${windowUpdate}`,
    priorities
      .map(({ stream, exclusive, dependsOn, weight }) => `${stream}:${exclusive ? 1 : 0}:${dependsOn}:${weight}`)
      .join(',') || '0',
    names.flatMap((name) => LETTERS.get(name) ?? []).join(','),
  ];
  return parts.join('|');
}
