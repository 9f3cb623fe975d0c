/** Captures that tlscope itself wrote say which leg of which connection an interface stands for. */
import type { LegRole } from '../shared/model.ts';
import type { CapturedInterface } from './packet.ts';

export interface ExportedLeg {
  /** Id of the connection in the capture that was exported. */
  readonly connection: number;
  readonly role: LegRole;
}

/** Undefined for the interfaces of everybody else's captures. */
export function exportedLeg({ name = '', description = '', comments }: CapturedInterface): ExportedLeg | undefined {
  const texts = [description, ...comments];
  const connection = texts.map((text) => /\btlscope connection (\d{1,9})\b/.exec(text)?.[1]).find(Boolean);
  const role = [name, ...texts].map((text) => /\b(client|server) leg\b/.exec(text)?.[1]).find(Boolean);
  if (connection === undefined || role === undefined) return undefined;
  return { connection: Number(connection), role: role as LegRole };
}
