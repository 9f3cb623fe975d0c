import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CaptureEvent, Fact } from '../../../src/shared/events.ts';
import type { Connection } from '../../../src/shared/model.ts';
import { SessionState } from '../../../src/shared/reduce.ts';
import { linksOf, sectionsOf } from '../../../web-ui/src/detail/sections.ts';
import { type Course, sampleConnection } from '../../support/sample-events.ts';
import { detailed } from '../detailed.ts';
import { exchangeSummaryWith } from '../exchanges.ts';

function connection(course: Course, more: readonly Fact[] = []): Connection {
  const state = new SessionState();
  [...sampleConnection(1, course), ...more].forEach((fact, index) => {
    state.apply({ seq: index + 1, t: index, ...fact } as CaptureEvent);
  });
  const found = state.connections.get(1);
  assert.ok(found);
  return found;
}

const ids = (of: Connection) => sectionsOf(of).map(({ id }) => id);

describe('linksOf', () => {
  it('has the same links in the same places from the first moment on', () => {
    const links = (of: Connection) => linksOf(of).map(({ id, title }) => [id, title]);
    const first: Connection = { id: 1, openedAt: 0, from: { address: '::1', port: 1 }, legs: {} };
    assert.deepEqual(links(first), links(detailed(connection('intercepted'))));
    const empty = (of: Connection) => linksOf(of).flatMap(({ id, isEmpty }) => (isEmpty ? [] : [id]));
    assert.deepEqual(empty(first), ['handshakes']);
    assert.deepEqual(empty(connection('intercepted')), ids(connection('intercepted')));
  });
});

describe('sectionsOf', () => {
  it('always has the handshakes', () => {
    assert.deepEqual(ids({ id: 1, openedAt: 0, from: { address: '::1', port: 1 }, legs: {} }), ['handshakes']);
  });

  it('calls the legs of what ended without TLS no handshakes', () => {
    const begun: Connection = { id: 1, openedAt: 0, from: { address: '::1', port: 1 }, legs: {} };
    assert.equal(sectionsOf(begun)[0]?.title, 'The two handshakes');
    const ended: Connection = { ...begun, end: { cause: 'finished', by: 'client', text: '' } };
    assert.equal(sectionsOf(ended)[0]?.title, 'The two legs');
    assert.equal(sectionsOf(connection('intercepted'))[0]?.title, 'The two handshakes');
  });

  it('has what there is something to show of', () => {
    assert.deepEqual(ids(connection('intercepted')), [
      'handshakes',
      'comparison',
      'limits',
      'certificates',
      'fingerprints',
    ]);
    assert.deepEqual(ids(connection('refused-by-client')), [
      'handshakes',
      'comparison',
      'limits',
      'alerts',
      'certificates',
      'fingerprints',
    ]);
    assert.deepEqual(ids(connection('tunnelled')), ['handshakes', 'limits']);
  });

  it('shows a concession even when all else is as it should be', () => {
    const plain = connection('dial-failed');
    assert.deepEqual(ids(plain), ['handshakes', 'limits', 'fingerprints']);
    const conceded: Fact = { type: 'tls.conceded', conn: 1, leg: 'client', text: 'Security level lowered.' };
    assert.ok(ids(connection('left-open', [conceded])).includes('limits'));
  });

  it('begins with the handshakes, and has what was derived after them', () => {
    const sections = sectionsOf(detailed(connection('intercepted')));
    assert.deepEqual(
      sections.map(({ id, note }) => [id, note]),
      [
        ['handshakes', ''],
        ['findings', '2'],
        ['comparison', '1 difference'],
        ['hellos', '2 differences'],
        ['limits', ''],
        ['certificates', ''],
        ['derivation', '2 steps'],
        ['fingerprints', ''],
      ],
    );
  });

  it('lists the exchanges, and says how the traffic was read where there is something to say', () => {
    const of = connection('intercepted');
    const notes = (more: Partial<Connection>) =>
      sectionsOf({ ...of, ...more }).flatMap(({ id, note }) =>
        id === 'exchanges' || id === 'http' ? [[id, note]] : [],
      );
    assert.deepEqual(notes({ http: { protocol: 'HTTP/1' }, exchanges: [] }), []);
    const http = { protocol: 'HTTP/2', http2: { settings: {} } };
    const exchanges = [exchangeSummaryWith(), exchangeSummaryWith({ id: 8 })];
    assert.deepEqual(notes({ http, exchanges }), [
      ['exchanges', '2'],
      ['http', 'HTTP/2'],
    ]);
    const lost = [{ sender: 'client' as const, offset: 1, reason: 'It is none.' }];
    assert.deepEqual(notes({ http: { protocol: 'HTTP/1', lost } }), [['http', 'HTTP/1']]);
  });

  it('counts the differences', () => {
    const note = sectionsOf(connection('intercepted')).find(({ id }) => id === 'comparison')?.note;
    assert.equal(note, '1 difference');
  });
});
