/** SQLite as the store uses it: statements that are prepared once, and transactions. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export type Row = Record<string, number | string | Uint8Array | null>;

/** All of its methods throw what SQLite says. */
export class Sql {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  all(sql: string, ...values: number[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  /** The rows one by one, as they are asked for. */
  each(sql: string, ...values: number[]): Iterable<Row> {
    return this.#statement(sql).iterate(...values) as Iterable<Row>;
  }

  /** The first column of the first row; 0 when there is no row. */
  number(sql: string): number {
    return Number(Object.values(this.all(sql)[0] ?? { none: 0 })[0]);
  }

  /** @returns how many rows it changed */
  run(sql: string, ...values: (number | string | Uint8Array | null)[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  /** Does some reading in one transaction: to take the file's lock for each statement costs more than most of them. */
  async reading<T>(work: () => Promise<T>): Promise<T> {
    this.#db.exec('BEGIN');
    try {
      return await work();
    } finally {
      this.#db.exec('COMMIT');
    }
  }

  /** The same for what is done without a pause, also while there is a `reading`. */
  atOnce<T>(work: () => T): T {
    if (this.#db.isTransaction) return work();
    this.#db.exec('BEGIN');
    try {
      return work();
    } finally {
      this.#db.exec('COMMIT');
    }
  }

  /** Does some work in one transaction. @throws what SQLite says; nothing is done then */
  together(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      // SQLite may have rolled back by itself, as it does when the disk is full.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#db.close();
  }

  #statement(sql: string): StatementSync {
    const prepared = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }
}
