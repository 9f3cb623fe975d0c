import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ORIGINS } from '../../src/demo/origins.ts';
import { faults, PLAN } from '../../src/demo/plan.ts';
import type { Connection, FailureCause, Handshake, LegRole } from '../../src/shared/model.ts';

function leg(side: LegRole, tls: Partial<Handshake>) {
  const messages = (['client', 'server'] as const).map((sender) => ({ sender, type: { name: 'Finished' } }));
  return { side, tls: { state: 'established', visibility: { level: 'full' }, messages, ...tls } };
}

function connection(client: Partial<Handshake> = {}, server: Partial<Handshake> = {}): Connection {
  return { id: 1, legs: { client: leg('client', client), server: leg('server', server) } } as unknown as Connection;
}

const failed = (cause: FailureCause): Partial<Handshake> => ({
  state: 'failed',
  failure: { cause } as Handshake['failure'] & object,
});
const page = { body: 'TLS 1.3\n\nA demo server' };

test('every client meets TLS 1.2 and TLS 1.3, and every origin that answers at once is visited', () => {
  for (const client of ['curl', 'openssl', 'node'] as const) {
    const met = PLAN.filter((planned) => planned.client === client).map(({ origin }) => origin);
    assert.ok(
      met.some((name) => name.startsWith('tls12')),
      client,
    );
    assert.ok(
      met.some((name) => name.startsWith('tls13')),
      client,
    );
  }
  const unvisited = Object.keys(ORIGINS).filter((name) => !PLAN.some(({ origin }) => origin === name));
  assert.deepEqual(unvisited, ['tls10', 'silent']);
});

test('a visit that works has no fault', () => {
  assert.deepEqual(faults({ client: 'node', origin: 'tls13' }, page, connection()), []);
});

test('each way in which one that should work does not is a fault', () => {
  const planned = { client: 'node', origin: 'tls13' } as const;
  const wrong: [RegExp, ReturnType<typeof faults>][] = [
    [/no record/, faults(planned, page, undefined)],
    [/did not get the server’s page/, faults(planned, { body: 'tlscope: 502' }, connection())],
    [/client leg is negotiating/, faults(planned, page, connection({ state: 'negotiating' }))],
    [/server leg was seen only in part/, faults(planned, page, connection({}, { visibility: { level: 'partial' } }))],
    [/server leg lacks a Finished/, faults(planned, page, connection({}, { messages: [] }))],
  ];
  for (const [text, found] of wrong) {
    assert.equal(found.length, 1);
    assert.match(found[0] ?? '', text);
  }
});

test('a server that is meant to fail must fail for its reason, on the page and in the record', () => {
  const planned = { client: 'curl', origin: 'expired' } as const;
  const told = { body: 'Cause certificate-expired' };
  assert.deepEqual(faults(planned, told, connection({}, failed('certificate-expired'))), []);
  assert.match(
    faults(planned, told, connection({}, failed('timeout')))[0] ?? '',
    /says timeout, not certificate-expired/,
  );
  assert.match(faults(planned, page, connection({}, failed('certificate-expired')))[0] ?? '', /got no page/);
});

test('a client that distrusts us must refuse, and be recorded so', () => {
  const planned = { client: 'curl', origin: 'tls13', distrusts: true } as const;
  const refused = { body: '', error: 'certificate problem' };
  assert.deepEqual(faults(planned, refused, connection(failed('ca-not-trusted-by-client'))), []);
  assert.equal(faults(planned, page, connection()).length, 2);
});
