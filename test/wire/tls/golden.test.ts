/**
 * Each recorded flow gives the facts written in its file. After a change that is meant to alter them:
 * `node test/wire/tls/golden.test.ts --update`, then review the diff.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import test from 'node:test';
import type { Field } from '../../../src/shared/model.ts';
import { formatFlow, parseFlow } from './flow.ts';
import { FOLDER, flows, type Outcome, optionsOf, replay } from './replay.ts';

const update = process.argv.includes('--update');

for (const [name, flow] of flows) {
  test(`golden flow ${name}`, () => {
    const outcome = replay(flow.steps, optionsOf(flow));
    const withFields = flow.comments.includes('# show fields');
    const lines = outcome.outcomes.flatMap((fact) => describe(fact, withFields));
    lines.push(`complete: ${outcome.session.complete}`);
    for (const [key, value] of Object.entries(outcome.negotiated)) lines.push(`${key}: ${show(value)}`);
    lines.push(
      `chain: ${outcome.session
        .certificateChain()
        .map((der) => `${der.length} bytes`)
        .join(', ')}`,
    );
    const expected = `${lines.join('\n').replace(/ +$/gm, '')}\n`;
    if (update) writeFileSync(new URL(`${name}.flow`, FOLDER), formatFlow({ ...flow, expected }));
    else assert.equal(expected, flow.expected);
  });
}

test('a flow that is written reads back the same', () => {
  for (const [name, flow] of flows) assert.deepEqual(parseFlow(formatFlow(flow)), flow, name);
});

function describe(outcome: Outcome, withFields: boolean): string[] {
  if (outcome.kind === 'limited') return [`limited: ${outcome.reason}`];
  if (outcome.kind === 'alert') {
    const { sender, level, description, epoch, span } = outcome.alert;
    return [`${sender} alert ${level.name} ${description.name} [${epoch} ${span.join('-')}]`];
  }
  const { n, sender, type, epoch, spans, summary, issues, fields, renegotiation } = outcome.message;
  const round = renegotiation === undefined ? '' : ` (renegotiation ${renegotiation})`;
  return [
    `${n} ${sender} ${type.name}${round} [${epoch} ${spans.map((span) => span.join('-')).join(' ')}] ${summary}`,
    ...issues.map(({ severity, text }) => `  ${severity}: ${text}`),
    ...(withFields ? fields.flatMap((field) => tree(field, 1)) : []),
  ];
}

/** Certificates have golden trees of their own. */
function tree(field: Field, depth: number): string[] {
  const value =
    typeof field.value === 'string' && field.value.length > 32 ? `${field.value.slice(0, 32)}…` : field.value;
  const text = field.text === undefined ? '' : ` "${field.text}"`;
  const line = `${'  '.repeat(depth)}${field.name} [${field.range.join('-')}] ${value ?? ''}${text} ${field.spec ?? ''}`;
  const children = field.name === 'cert_data' ? [] : (field.children ?? []);
  return [line, ...children.flatMap((child) => tree(child, depth + 1))];
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
