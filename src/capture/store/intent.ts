/**
 * What is to be deleted, written into the file before anything leaves it: a deletion that was cut off can be finished by
 * whoever opens the file next. It names ids alone.
 */
import type { Deletion } from '../deletion.ts';

/** A deletion as it stands in the file. */
export function intentOf({ seq, connections, exchanges, allBut }: Deletion): string {
  if (allBut === undefined) return JSON.stringify({ seq, connections, exchanges });
  const going = { ...allBut, connections: [...allBut.connections], exchanges: [...allBut.exchanges] };
  return JSON.stringify({ seq, connections, exchanges, allBut: going });
}

/** None for what we have not written: a file may come from anywhere. */
export function deletionFrom(intent: string): Deletion | undefined {
  let read: unknown;
  try {
    read = JSON.parse(intent);
  } catch {
    return undefined;
  }
  if (!isRecord(read)) return undefined;
  const { seq, connections, exchanges, allBut } = read;
  if (!isId(seq) || !areIds(connections) || !areIds(exchanges)) return undefined;
  if (allBut === undefined) return { seq, connections, exchanges };
  if (!isRecord(allBut) || !areIds(allBut['connections']) || !areIds(allBut['exchanges'])) return undefined;
  const { lastConnection, lastExchange } = allBut;
  if (!isId(lastConnection) || !isId(lastExchange)) return undefined;
  const going = { connections: new Set(allBut['connections']), exchanges: new Set(allBut['exchanges']) };
  return { seq, connections, exchanges, allBut: { ...going, lastConnection, lastExchange } };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function areIds(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isId);
}
