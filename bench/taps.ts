/** Ways to watch a leg's wire from JavaScript, each put under node:tls on both legs of the bare relay to price it. */

import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Makes the stream that node:tls runs on, from the leg's TCP socket. */
export type Tap = (socket: Socket) => Duplex;

export const TAPS: Readonly<Record<string, Tap>> = {};
