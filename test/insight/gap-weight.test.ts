import assert from 'node:assert/strict';
import test from 'node:test';
import { weighty } from '../../src/insight/gap-weight.ts';
import type { MirrorGap } from '../../src/shared/model.ts';

const gap = (kind: MirrorGap['kind'], id: number, name = 'n'): MirrorGap => ({ kind, id, name, reason: 'r' });

test('what no server acts on is left out', () => {
  const inert = [
    gap('cipherSuite', 0x1a1a, 'GREASE'),
    gap('supportedGroup', 0xfafa, 'GREASE'),
    gap('extension', 0x3a3a, 'GREASE'),
    gap('version', 0xdada, 'GREASE'),
    gap('extension', 11, 'ec_point_formats'),
    gap('extension', -1, 'order of extensions'),
    gap('extension', 21, 'padding'),
    gap('extension', 0xff01, 'renegotiation_info'),
    gap('cipherSuite', 0x00ff, 'TLS_EMPTY_RENEGOTIATION_INFO_SCSV'),
  ];
  assert.deepEqual(weighty(inert), []);
  // The same numbers in other lists are other things.
  const others = [gap('cipherSuite', 21), gap('supportedGroup', 0x00ff), gap('other', -1), gap('version', -1)];
  assert.equal(weighty(others).length, others.length);
});

test('the gravest comes first, and the given list stays as it was', () => {
  const gaps = [gap('other', 1), gap('extension', 17), gap('signatureAlgorithm', 0x0201), gap('cipherSuite', 0x0005)];
  const given = [...gaps, gap('version', 0x0301)];
  assert.deepEqual(
    weighty(given).map(({ kind }) => kind),
    ['version', 'cipherSuite', 'signatureAlgorithm', 'extension', 'other'],
  );
  assert.equal(given[0]?.kind, 'other');
});
