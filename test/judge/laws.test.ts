/** The laws of golden flows, for those recorded for the judge: with fewer cuts each, for there are many of them. */
import { nodeDecompress } from '../../src/crypto/decompress.ts';
import { testLaws } from '../wire/tls/laws.ts';
import { goldens } from './goldens.ts';

for (const { name, flow, isJudges } of goldens()) {
  if (!isJudges) continue;
  const options = { dataBudget: Infinity, decompress: nodeDecompress };
  testLaws(name, flow, options, { cuts: 2, stride: 409, truncation: [3, 41] });
}
