import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Authority } from '../../../src/ca/authority.ts';
import { metaOfRoots, rootsOfMeta } from '../../../src/capture/store/session-roots.ts';
import { freshDir } from '../../ca/fresh-dir.ts';

test('roots that were trusted come back from a session; what is none is passed over', async (t) => {
  const [one, another] = await Promise.all([freshDir(t), freshDir(t)].map((dir) => Authority.open(dir)));
  const roots = [one!.certificatePem.trim(), another!.certificatePem.trim()];
  assert.deepEqual(rootsOfMeta(metaOfRoots(roots)), roots);
  assert.deepEqual(metaOfRoots([]), {});
  assert.deepEqual(rootsOfMeta({}), []);
  const broken = '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----';
  assert.deepEqual(rootsOfMeta({ upstreamCa: `${broken}\nx${roots[0]}` }), [roots[0]]);
});
