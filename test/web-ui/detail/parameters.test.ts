import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ComparisonRow, Handshake } from '../../../src/shared/model.ts';
import { parametersOf } from '../../../web-ui/src/detail/parameters.ts';
import { connectionOf, handshakeOf, legOf } from './ladder-samples.ts';

const AGREED: Partial<Handshake> = { version: 'TLS 1.3', suite: 'A', sni: 'a.test', at: { establishedAt: 5 } };

const legs = (client: Partial<Handshake>, server: Partial<Handshake>) => ({
  client: legOf('client', handshakeOf([], client)),
  server: legOf('server', handshakeOf([], server)),
});

const row = (parameter: string, verdict: ComparisonRow['verdict'], text = ''): ComparisonRow => ({
  parameter,
  label: '',
  offered: '',
  client: '',
  server: '',
  verdict,
  why: 'proxy-choice',
  text,
});

const verdicts = (of: Parameters<typeof parametersOf>[0]) =>
  parametersOf(of).map(({ label, verdict }) => [label, verdict]);

describe('parametersOf', () => {
  it('has what at least one leg has, and how the session came', () => {
    const found = parametersOf(connectionOf(legs(AGREED, { ...AGREED, resumed: true })));
    assert.deepEqual(
      found.map(({ label, client, server, verdict }) => [label, client, server, verdict]),
      [
        ['Version', 'TLS 1.3', 'TLS 1.3', 'equal'],
        ['Suite', 'A', 'A', 'equal'],
        ['SNI', 'a.test', 'a.test', 'equal'],
        ['Session', 'full', 'resumed', 'different'],
      ],
    );
  });

  it('leaves open what may still come', () => {
    assert.deepEqual(verdicts(connectionOf(legs({ ...AGREED, at: {} }, { ...AGREED, suite: 'B' }))), [
      ['Version', 'equal'],
      ['Suite', 'open'],
      ['SNI', 'equal'],
      ['Session', 'open'],
    ]);
    assert.deepEqual(verdicts(connectionOf({ client: legOf('client', handshakeOf([], { version: 'TLS 1.2' })) })), [
      ['Version', 'open'],
    ]);
    assert.deepEqual(verdicts(connectionOf({})), []);
  });

  it('says whose doing a difference is, once that was compared', () => {
    const rows = [row('suite', 'different', 'The leaf has an EC key.'), row('version', 'unknown')];
    const connection = connectionOf(legs(AGREED, { ...AGREED, suite: 'B', version: 'TLS 1.2' }), {
      comparison: { rows, differences: 1 },
    });
    const found = parametersOf(connection);
    assert.deepEqual([found[0]?.verdict, found[0]?.why], ['open', '']);
    assert.deepEqual([found[1]?.verdict, found[1]?.why], ['different', 'proxy’s choice: The leaf has an EC key.']);
  });
});
