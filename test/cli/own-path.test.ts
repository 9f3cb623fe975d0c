import assert from 'node:assert/strict';
import { delimiter } from 'node:path';
import { describe, it } from 'node:test';
import { ownPath } from '../../src/cli/own-path.ts';

const PROJECT = ['/project/a/node_modules/.bin', '/project/node_modules/.bin', '/node_modules/.bin'];
const GYP = '/usr/lib/node_modules/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin';
const OWN = ['/own/bin', '/usr/bin', '/opt/node_modules/.bin'];
const BY_NPM = { npm_execpath: '/usr/lib/node_modules/npm/bin/npm-cli.js', npm_lifecycle_event: 'tlscope' };

function own(folders: readonly string[], environment: NodeJS.ProcessEnv = BY_NPM): readonly string[] | undefined {
  return ownPath({ ...environment, PATH: folders.join(delimiter) })?.split(delimiter);
}

describe('ownPath', () => {
  it('takes away what npm put in front, also twice, and nothing behind it', () => {
    assert.deepEqual(own([...PROJECT, GYP, ...OWN]), OWN);
    assert.deepEqual(own([...PROJECT, GYP, ...PROJECT, GYP, ...OWN]), OWN);
    assert.deepEqual(own([...PROJECT, ...OWN]), OWN);
  });

  it("leaves the user's own node_modules/.bin in front of PATH", () => {
    const users = ['/own/tool/node_modules/.bin', ...OWN];
    assert.deepEqual(own([...PROJECT, GYP, ...users]), users);
  });

  it('leaves PATH as it is where no npm ran us, or where it is not set', () => {
    assert.deepEqual(own([...PROJECT, GYP, ...OWN], {}), [...PROJECT, GYP, ...OWN]);
    assert.deepEqual(own(OWN), OWN);
    assert.equal(ownPath(BY_NPM), undefined);
  });
});
