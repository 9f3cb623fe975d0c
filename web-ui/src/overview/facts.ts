/** What the pictures count of one connection or exchange, read as filters read it, so that the two cannot disagree. */
import { type Field, fieldNamed } from '../../../src/filter/fields.ts';
import { type FilterSubject, subjectOfConnection, subjectOfExchange } from '../../../src/filter/subject.ts';
import { type ExchangeSummary, fromExchangeSummary } from '../../../src/shared/exchange-summary.ts';
import type { ConnectionSummary, LegRole, Millis } from '../../../src/shared/model.ts';

export const LEGS: readonly LegRole[] = ['client', 'server'];

/** What is counted by value on each leg, by the last part of the filter's name for it. */
export const LEG_VALUES = ['version', 'suite', 'group', 'alpn', 'cause'] as const;

export type LegValue = (typeof LEG_VALUES)[number];

export interface LegFacts {
  readonly values: Partial<Record<LegValue, string>>;
  readonly established: boolean;
  readonly failed: boolean;
  readonly handshake?: Millis;
}

export interface ConnectionFacts {
  readonly id: number;
  readonly openedAt: Millis;
  readonly host?: string;
  readonly failed: boolean;
  /** Bytes on the client leg, both ways. */
  readonly size: number;
  readonly legs: Partial<Record<LegRole, LegFacts>>;
}

export interface ExchangeFacts {
  readonly host?: string;
  readonly status?: number;
  /** tlscope gave the response. */
  readonly own: boolean;
  /** Absent while it goes on. */
  readonly duration?: Millis;
}

export function connectionFacts(summary: ConnectionSummary): ConnectionFacts {
  const subject = subjectOfConnection(summary);
  const { client, server } = summary.legs;
  const host = one(HOST, subject);
  return {
    id: summary.id,
    openedAt: summary.openedAt,
    ...(host !== undefined && { host: String(host) }),
    failed: FAILED.read(subject, '') === true,
    size: Number(one(SIZE, subject) ?? 0),
    legs: {
      ...(client && { client: legFacts(subject, 'client', client.version) }),
      ...(server && { server: legFacts(subject, 'server', server.version) }),
    },
  };
}

export function exchangeFacts(summary: ExchangeSummary): ExchangeFacts {
  const subject = subjectOfExchange(fromExchangeSummary(summary), undefined);
  const [host, status, duration, answered] = [HOST, STATUS, DURATION, ANSWERED].map((each) => one(each, subject));
  return {
    own: answered === 'tlscope',
    ...(host !== undefined && { host: String(host) }),
    ...(status !== undefined && { status: Number(status) }),
    ...(duration !== undefined && { duration: Number(duration) }),
  };
}

function legFacts(subject: FilterSubject, role: LegRole, version: string | undefined): LegFacts {
  const fields = OF_LEG[role];
  const values: Partial<Record<LegValue, string>> = {};
  for (const name of LEG_VALUES) {
    const value = one(fields[name], subject);
    // A version is a number to filters, and one without a place in their order is none.
    if (value !== undefined) values[name] = name === 'version' ? version! : String(value);
  }
  const handshake = one(fields.handshake, subject);
  const state = one(fields.state, subject);
  return {
    values,
    established: state === 'established',
    failed: state === 'failed',
    ...(handshake !== undefined && { handshake: Number(handshake) }),
  };
}

const [HOST, FAILED, SIZE, STATUS, DURATION, ANSWERED] = [
  ...['host', 'failed', 'size', 'status', 'duration', 'answered'],
].map(named) as [Field, Field, Field, Field, Field, Field];

const OF_LEG = { client: fieldsOf('client'), server: fieldsOf('server') };

function fieldsOf(role: LegRole) {
  const of = (name: string) => named(`leg.${role}.${name}`);
  return {
    version: of('version'),
    suite: of('suite'),
    group: of('group'),
    alpn: of('alpn'),
    cause: of('cause'),
    state: of('state'),
    handshake: of('handshake'),
  };
}

function named(name: string): Field {
  const field = fieldNamed(name);
  if (field === undefined) throw new Error(`no field ${name}`);
  return field;
}

function one(field: Field, subject: FilterSubject): string | number | undefined {
  const found = field.read(subject, '');
  return typeof found === 'boolean' ? undefined : found[0];
}
