/** The log: JSON lines by pino on stderr, so that stdout stays free for people and for `--json`. */
import { destination, type Logger, pino, stdSerializers } from 'pino';
import type { LogLevel } from '../config.ts';

export function createLogger(level: LogLevel): Logger {
  return pino({ level, serializers: { err: stdSerializers.err }, base: null }, destination({ fd: 2, sync: true }));
}
