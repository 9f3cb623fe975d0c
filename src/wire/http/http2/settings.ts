/** What one side allows the other by SETTINGS (RFC 9113 §6.5): announced at once, in force when it is acknowledged. */
import type { Http2Setting } from '../observer.ts';
import { SETTING } from './names.ts';

/** SETTINGS frames that wait for an acknowledgement; a side that sends more without one is not waiting for any. */
const MAX_WAITING = 64;

/** RFC 9113 §6.5.2. */
export const DEFAULT_WINDOW = 65_535;
const DEFAULT_FRAME_SIZE = 16_384;
const MAX_FRAME_SIZE = 2 ** 24 - 1;
const MAX_WINDOW = 2 ** 31 - 1;

export class SideSettings {
  /** In force for frames of the other side. */
  maxFrameSize = DEFAULT_FRAME_SIZE;
  /** Announced, which is what matters to these: the other side may go by them as soon as it has read them. */
  enablePush = true;
  enableConnectProtocol = false;

  readonly #waiting: (readonly Http2Setting[])[] = [];

  announce(settings: readonly Http2Setting[]): void {
    for (const { id, value } of settings) {
      if (id === SETTING.enablePush) this.enablePush = value !== 0;
      if (id === SETTING.enableConnectProtocol) this.enableConnectProtocol = value === 1;
    }
    if (this.#waiting.length === MAX_WAITING) this.#waiting.shift();
    this.#waiting.push(settings);
  }

  /** The oldest that waited is in force now. @returns it; undefined when none waited */
  acknowledge(): readonly Http2Setting[] | undefined {
    const settings = this.#waiting.shift();
    for (const { id, value } of settings ?? []) if (id === SETTING.maxFrameSize) this.maxFrameSize = value;
    return settings;
  }
}

/** What is wrong with a setting's value (RFC 9113 §6.5.2, RFC 8441 §3), or undefined. */
export function settingFlaw({ id, name, value }: Http2Setting): string | undefined {
  const range = RANGES.get(id);
  if (range === undefined || (value >= range[0] && value <= range[1])) return undefined;
  return `${name} is ${value}; it must be from ${range[0]} to ${range[1]}`;
}

const RANGES: ReadonlyMap<number, readonly [least: number, most: number]> = new Map([
  [SETTING.enablePush, [0, 1]],
  [SETTING.initialWindowSize, [0, MAX_WINDOW]],
  [SETTING.maxFrameSize, [DEFAULT_FRAME_SIZE, MAX_FRAME_SIZE]],
  [SETTING.enableConnectProtocol, [0, 1]],
  [SETTING.noRfc7540Priorities, [0, 1]],
]);
