/**
 * What a session file is: an SQLite database with these tables, told apart from others by its application id.
 *
 * `events` holds every fact as one line of JSON, with the bytes of its message beside it; field trees, certificates and
 * comparisons are not stored but made again when somebody looks. What a handshake rests on is in `evidence`, once for each
 * leg. `bodies` holds the parts of bodies in the order they passed.
 */

/** `TLSc`, where SQLite keeps the application id of a file. */
export const APPLICATION_ID = 0x544c5363;

/** Rises when a table changes its meaning; kept as SQLite's user_version. */
export const STORE_VERSION = 1;

/**
 * An event's `leg` is set where evidence belongs to it. `closed` lists connections that may leave, oldest close first.
 * An exchange is `dropped` when its bodies left before its connection did.
 */
export const TABLES = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE events (seq INTEGER PRIMARY KEY, conn INTEGER, leg INTEGER, json TEXT NOT NULL, bytes BLOB);
  CREATE INDEX events_of_connection ON events (conn) WHERE conn IS NOT NULL;
  CREATE TABLE evidence (conn INTEGER, leg INTEGER, contents TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (conn, leg));
  CREATE TABLE closed (seq INTEGER PRIMARY KEY, conn INTEGER NOT NULL);
  CREATE TABLE exchanges (id INTEGER PRIMARY KEY, conn INTEGER NOT NULL, dropped INTEGER NOT NULL DEFAULT 0);
  CREATE INDEX exchanges_of_connection ON exchanges (conn);
  CREATE TABLE bodies (id INTEGER PRIMARY KEY, exchange INTEGER NOT NULL, side INTEGER NOT NULL, at REAL NOT NULL, bytes BLOB NOT NULL);
  CREATE INDEX bodies_of_exchange ON bodies (exchange, side);
`;

/** Large enough that a piece of a body takes few pages. */
export const PAGE_SIZE = 8192;

/** `leg` in the tables. */
export const LEG = { client: 1, server: 2 } as const;

/** `side` in the tables. */
export const SIDE = { request: 1, response: 2 } as const;
