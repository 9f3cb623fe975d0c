/** What was checked of a handshake's proofs, in words for the steps. */
import type { Check } from '../shared/model.ts';
import type { Story } from './step-story.ts';
import { listed, sentences } from './step-words.ts';

type Checked = ReturnType<Story['checksIn']>[number];

/** Sentences on what was checked in a step; empty where nothing was. */
export function checkWords(story: Story, step: number): string {
  const checks = story.checksIn(step);
  const passed = checks.filter(({ check }) => check.result === 'verified');
  const failed = checks.filter(({ check }) => check.result === 'failed');
  const open = checks.filter(({ check }) => check.result === 'unchecked');
  return sentences(
    passed.length > 0 && `tlscope checked ${subjectsOf(passed)}: ${FIT[passed.length] ?? 'all fit'}.`,
    failed.length > 0 &&
      `tlscope checked ${subjectsOf(failed)}: ${failed.length === 1 ? 'it does' : 'they do'} not fit.`,
    // What could not be checked says itself what it is and what was missing.
    ...open.map(({ check }) => check.text),
  );
}

/** `fits`, `does not fit`, `not checked`: the gravest of a step, for a row. */
export function checkRow(story: Story, step: number): string | undefined {
  const results = story.checksIn(step).map(({ check }) => check.result);
  if (results.length === 0) return undefined;
  if (results.includes('failed')) return 'checked: does not fit';
  return results.includes('unchecked') ? 'not checked' : 'checked: fits';
}

const FIT: Readonly<Record<number, string>> = { 1: 'it fits', 2: 'both fit' };

/** `the server’s and the client’s verify_data`: one kind of value after the other, each with who sent it. */
function subjectsOf(checks: readonly Checked[]): string {
  const kinds = [...new Set(checks.map(({ check }) => check.kind))];
  return listed(
    kinds.map((kind) => {
      const of = checks.filter(({ check }) => check.kind === kind);
      const senders = [...new Set(of.map(({ message }) => `the ${message.sender}’s`))];
      // A client may offer several pre-shared keys, each with its binder.
      return `${listed(senders)} ${of.length > senders.length ? `${of.length} ` : ''}${SUBJECTS[kind](of.length > senders.length)}`;
    }),
  );
}

const SUBJECTS: Readonly<Record<Check['kind'], (several: boolean) => string>> = {
  finished: () => 'verify_data',
  'certificate-verify': () => 'signature in CertificateVerify',
  'server-key-exchange': () => 'signature in ServerKeyExchange',
  'psk-binder': (several) => (several ? 'binders of the pre-shared keys' : 'binder of the pre-shared key'),
};
