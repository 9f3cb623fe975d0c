/** What holds for every recipe, whatever the client. That they work is tested in recipes-run.test.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Facts, factsFor } from '../../../web-ui/src/setup/facts.ts';
import { FAMILIES } from '../../../web-ui/src/setup/families.ts';
import type { Recipe, Step } from '../../../web-ui/src/setup/recipe.ts';
import { parts } from '../../../web-ui/src/setup/sentence.ts';
import { LAN, LOOPBACK, sampleSetup, sampleSetupForAll } from './sample-setup.ts';

const HERE = factsFor(sampleSetup(), LOOPBACK, 'posix');
const ELSEWHERE = factsFor(sampleSetupForAll(), LAN, 'posix');
const WINDOWS = factsFor(
  sampleSetup({ ca: { ...sampleSetup().ca, path: 'C:\\Users\\a b\\certs\\tlscope-ca.pem' } }),
  LOOPBACK,
  'powershell',
);

const all = (facts: Facts): readonly Recipe[] => FAMILIES.flatMap((family) => family.recipes(facts));
const stepsOf = ({ steps, check, undo }: Recipe): readonly Step[] => [...steps, check, ...undo];
const codeOf = (recipe: Recipe): string =>
  stepsOf(recipe)
    .flatMap(({ code = '', values = [] }) => [code, ...values.map(([, value]) => value)])
    .join('\n');

test('every recipe has steps, a check, an undo and limits, under an id of its own', () => {
  for (const facts of [HERE, ELSEWHERE, WINDOWS]) {
    const recipes = all(facts);
    assert.equal(new Set(recipes.map(({ id }) => id)).size, recipes.length);
    for (const recipe of recipes) {
      assert.ok(recipe.steps.length > 0 && recipe.undo.length > 0 && recipe.limits.length > 0, recipe.id);
      assert.ok(recipe.check.code !== undefined, `${recipe.id} has nothing to check with`);
      assert.match(recipe.id, /^[a-z][a-z0-9-]*$/);
    }
  }
});

test('every mark of a sentence has its pair', () => {
  for (const recipe of all(HERE)) {
    const sentences = [...stepsOf(recipe).map(({ text }) => text), ...recipe.limits, ...recipe.unseen];
    for (const sentence of sentences) {
      const left = parts(sentence)
        .filter(({ kind }) => kind === 'text')
        .map(({ text }) => text)
        .join('');
      assert.doesNotMatch(left, /[`*]/, sentence);
      assert.match(sentence, /[.:)…`]$/, sentence);
    }
  }
});

test('no address of this proxy is in a sentence, where it could be taken for a mark', () => {
  for (const recipe of all(ELSEWHERE))
    for (const { text } of stepsOf(recipe)) assert.doesNotMatch(text, /192\.168|tlscope root CA/, recipe.id);
});

test('recipes name this proxy, and no other', () => {
  const setup = sampleSetup({ proxy: { host: '127.0.0.1', port: 9999, listensOn: 'loopback' } });
  for (const recipe of all(factsFor(setup, LOOPBACK, 'posix')))
    assert.doesNotMatch(codeOf(recipe), /\b8080\b/, recipe.id);
  for (const recipe of all(ELSEWHERE)) assert.doesNotMatch(codeOf(recipe), /127\.0\.0\.1|\/home\/dev/, recipe.id);
});

test('on another machine the CA is fetched before it is named', () => {
  for (const recipe of all(ELSEWHERE)) {
    const code = codeOf(recipe);
    if (!code.includes('$HOME/tlscope-ca.pem')) continue;
    assert.ok(recipe.steps[0]?.code?.startsWith('curl'), recipe.id);
    assert.ok(recipe.steps[0]?.code?.includes('http://192.168.1.23:8080/ca.pem'), recipe.id);
  }
  assert.ok(!all(ELSEWHERE).some(({ id }) => id === 'tlscope-run'), 'tlscope need not be there');
});

test('a path with a blank is one word in every command', () => {
  for (const recipe of all(WINDOWS)) {
    for (const { code = '' } of stepsOf(recipe)) {
      const quoted = code.replaceAll(/'C:\\Users\\a b\\certs(\\tlscope-ca\.pem)?'/g, '');
      if (recipe.id !== 'rust') assert.doesNotMatch(quoted, /a b/, recipe.id);
    }
  }
});

test('phones get a code where they can reach the proxy, and else the command that lets them', () => {
  for (const id of ['android-device', 'ios-device']) {
    const find = (facts: Facts) => all(facts).find((recipe) => recipe.id === id);
    assert.equal(find(ELSEWHERE)?.steps[0]?.qr, 'http://192.168.1.23:8080/');
    assert.match(codeOf(find(ELSEWHERE)!), /^192\.168\.1\.23$/m);
    assert.equal(find(HERE)?.steps[0]?.qr, undefined);
    assert.equal(find(HERE)?.steps[0]?.code, 'tlscope start --host 0.0.0.0');
    // Chosen for other clients, loopback is not what a phone is told.
    assert.equal(find(factsFor(sampleSetupForAll(), LOOPBACK, 'posix'))?.steps[0]?.qr, 'http://192.168.1.23:8080/');
  }
});
