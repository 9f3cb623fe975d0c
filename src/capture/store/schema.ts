/**
 * What a session file is: an SQLite database with these tables, told apart from others by its application id.
 *
 * `events` holds every fact as one line of JSON, with the bytes of its message beside it, and a row for those of one
 * connection that came at about the same time (event-group.ts); field trees, certificates and comparisons are not stored
 * but made again when somebody looks. What a handshake rests on is in `evidence`, once for each leg. `bodies` holds the
 * parts of bodies in the order they passed.
 */

/** `TLSc`, where SQLite keeps the application id of a file. */
export const APPLICATION_ID = 0x544c5363;

/** Rises when a table changes its meaning; kept as SQLite's user_version. */
export const STORE_VERSION = 2;

/**
 * Rows of events with the same `last` were written together, whatever connections they are of; `last` is the seq of
 * the last event in them, `seq` that of a row's first. `closed` lists connections that may leave, oldest close first.
 * An exchange is `dropped` when its bodies left before its connection did.
 */
export const TABLES = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY, last INTEGER NOT NULL, conn INTEGER,
    contents TEXT NOT NULL, lines BLOB NOT NULL, bytes BLOB NOT NULL);
  CREATE INDEX events_together ON events (last);
  CREATE INDEX events_of_connection ON events (conn, last) WHERE conn IS NOT NULL;
  CREATE TABLE evidence (conn INTEGER, leg INTEGER, contents TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (conn, leg));
  CREATE TABLE closed (seq INTEGER PRIMARY KEY, conn INTEGER NOT NULL);
  CREATE TABLE dropped (exchange INTEGER PRIMARY KEY);
  CREATE TABLE bodies (id INTEGER PRIMARY KEY, exchange INTEGER NOT NULL, side INTEGER NOT NULL, at REAL NOT NULL, bytes BLOB NOT NULL);
  CREATE INDEX bodies_of_exchange ON bodies (exchange, side);
`;

/** Large enough that a piece of a body takes few pages. */
export const PAGE_SIZE = 8192;

/** `leg` in the tables. */
export const LEG = { client: 1, server: 2 } as const;

/** `side` in the tables. */
export const SIDE = { request: 1, response: 2 } as const;
