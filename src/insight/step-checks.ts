/** What was recomputed of a handshake's proofs, in words for the steps. */
import type { Check } from '../shared/model.ts';
import type { Story } from './step-story.ts';
import { listed, sentences } from './step-words.ts';

type Checked = ReturnType<Story['checksIn']>[number];

/** Sentences on what was checked in a step; empty where nothing was. */
export function checkWords(story: Story, step: number): string {
  const checks = story.checksIn(step);
  const passed = subjectsOf(checks, 'verified');
  const failed = subjectsOf(checks, 'failed');
  const open = checks.filter(({ check }) => check.result === 'unchecked');
  return sentences(
    passed.length > 0 && `tlscope recomputed ${listed(passed)}: ${passed.length === 1 ? 'it fits' : 'all fit'}.`,
    failed.length > 0 &&
      `tlscope recomputed ${listed(failed)}: ${failed.length === 1 ? 'it does' : 'they do'} not fit.`,
    // What could not be checked says itself what it is and what was missing.
    ...open.map(({ check }) => check.text),
  );
}

/** `fits`, `does not fit`, `not checked`: the gravest of a step, for a row. */
export function checkRow(story: Story, step: number): string | undefined {
  const results = story.checksIn(step).map(({ check }) => check.result);
  if (results.length === 0) return undefined;
  if (results.includes('failed')) return 'recomputed: does not fit';
  return results.includes('unchecked') ? 'not checked' : 'recomputed: fits';
}

function subjectsOf(checks: readonly Checked[], result: Check['result']): string[] {
  return checks.filter(({ check }) => check.result === result).map(subjectOf);
}

const SUBJECTS: Readonly<Record<Check['kind'], string>> = {
  finished: 'verify_data',
  'certificate-verify': 'signature in CertificateVerify',
  'server-key-exchange': 'signature in ServerKeyExchange',
  'psk-binder': 'binder of the pre-shared key',
};

function subjectOf({ check, message }: Checked): string {
  return `the ${message.sender}’s ${SUBJECTS[check.kind]}`;
}
