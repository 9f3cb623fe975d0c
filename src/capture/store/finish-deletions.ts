/** Finishes what a process that was cut off had left of deletions, as far as the file may be written to. */
import { SessionDatabase } from './database.ts';
import { deleteRows } from './delete-rows.ts';

/**
 * Does nothing where somebody else writes to the file, or reads what is being written: it may be the tlscope that is
 * deleting, which must find the file free at any time. Who reads a file that is whole waits between two of his questions,
 * and has what is left for the next.
 */
export async function finishDeletions(path: string): Promise<void> {
  let database: SessionDatabase | undefined;
  try {
    database = SessionDatabase.alone(path);
    for (const deletion of database.deletions()) await deleteRows(database, deletion, async () => {});
  } catch {
    // Who asks what is left hears of it.
  } finally {
    database?.close();
  }
}
