/** Reads a capture file whole and gathers what comes out. */
import { type CaptureFault, CaptureFile } from '../../src/pcap/capture-file.ts';
import type { CapturedPacket, Skipped } from '../../src/pcap/packet.ts';

export interface Everything {
  readonly packets: (Omit<CapturedPacket, 'bytes'> & { readonly bytes: string })[];
  readonly keyLogs: string[];
  readonly skipped: Skipped[];
  readonly fault: CaptureFault | undefined;
}

/** @param chunk bytes pushed at once */
export function readAll(file: Uint8Array, chunk = file.length || 1): Everything {
  const packets: Everything['packets'] = [];
  const keyLogs: string[] = [];
  const skipped: Skipped[] = [];
  const reader = new CaptureFile({
    packet: (packet) => packets.push({ ...packet, bytes: Buffer.from(packet.bytes).toString('hex') }),
    keyLog: (text) => keyLogs.push(Buffer.from(text).toString()),
    skipped: (what) => skipped.push(what),
  });
  for (let at = 0; at < file.length; at += chunk) {
    // Its memory is used again, as that of a file reader may be.
    const piece = file.slice(at, at + chunk);
    const more = reader.push(piece);
    piece.fill(0xee);
    if (!more) break;
  }
  return { packets, keyLogs, skipped, fault: reader.end() };
}
