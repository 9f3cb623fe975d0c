/** Our decode of recorded handshakes against tshark's: the messages, their order and senders, and every field both show. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeDecompress } from '../../src/crypto/decompress.ts';
import { needsTool } from '../support/tools.ts';
import { replay } from '../wire/tls/replay.ts';
import { captureOf, FLOW_LEG } from './capture.ts';
import { formatSaid, type Said, SEALED } from './facts.ts';
import { type Golden, goldens, JUDGE_OPENS_LESS } from './goldens.ts';
import { saidByUs } from './ours.ts';
import { judge } from './tshark.ts';

const all = goldens();

function ours({ flow }: Golden): Said[] {
  return saidByUs(replay(flow.steps, { dataBudget: Infinity, decompress: nodeDecompress }).outcomes);
}

for (const golden of all) {
  const { name, answer } = golden;
  test(`${name}: we say what tshark says`, () => {
    const judged = withoutSealed(golden, readFileSync(answer, 'utf8'));
    const said = formatSaid(ours(golden));
    if (JUDGE_OPENS_LESS.has(name)) assertWithin(judged, said);
    else assert.equal(said, judged);
  });
}

/** Where a handshake failed before the server knew its keys, nobody opens what is sealed, and we do not speak of it. */
function withoutSealed({ flow }: Golden, judged: string): string {
  if (flow.steps.some(({ kind }) => kind === 'secret')) return judged;
  return judged.replaceAll(new RegExp(`^\\w+ ${SEALED}\n`, 'gm'), '');
}

/** Every line of the judge's that is not about what stayed closed stands in ours, in this order, and ours has more. */
function assertWithin(judged: string, said: string): void {
  const lines = said.split('\n');
  let at = 0;
  for (const line of judged.split('\n')) {
    if (line.endsWith(SEALED)) continue;
    at = lines.indexOf(line, at) + 1;
    assert.ok(at > 0, `we do not say: ${line}`);
  }
  assert.ok(said.length > judged.length);
}

/** Of the answers, so many are asked for anew: the first, the last, and some between. */
const ASKED = 5;

test('tshark still says what its answers say', (t) => {
  if (!needsTool(t, 'tshark')) return;
  const folder = mkdtempSync(join(tmpdir(), 'judge-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (let n = 0; n < ASKED; n++) {
    const { name, flow, answer } = all[Math.round((n * (all.length - 1)) / (ASKED - 1))]!;
    const file = join(folder, `${name}.pcapng`);
    writeFileSync(file, captureOf(flow.steps));
    assert.equal(formatSaid(judge(file).get(FLOW_LEG) ?? []), readFileSync(answer, 'utf8'), name);
  }
});
