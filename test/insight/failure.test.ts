import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { diagnoseClientLeg, diagnoseServerLeg } from '../../src/insight/failure.ts';
import { TEXTS } from '../../src/insight/failure-texts.ts';
import type { Failure } from '../../src/shared/model.ts';
import { alerts, type Case, FLIGHT_13, HELLO, messages } from './failure-case.ts';
import { CLIENT_CASES, UNTRUSTED } from './failure-client-cases.ts';
import { SERVER_CASES } from './failure-server-cases.ts';

const reached = new Set<string>();

function check({ cause, stage, by, text, alert, code }: Case<object>, failure: Failure): void {
  assert.equal(failure.cause, cause);
  assert.equal(failure.stage, stage);
  assert.equal(failure.by, by);
  assert.match(failure.text, text);
  if (alert !== undefined) assert.equal(failure.alert, alert);
  if (code !== undefined) assert.equal(failure.errorCode, code);
  assert.doesNotMatch(`${failure.text}${failure.remedy ?? ''}`, /[{}]|undefined/);
  for (const [key, row] of Object.entries(TEXTS)) {
    const pattern = row.text
      .split(/\{\w+\}/)
      .map(escapePattern)
      .join('.*');
    if (new RegExp(`^${pattern}$`).test(failure.text)) reached.add(key);
  }
}

describe('failure of the server leg', () => {
  for (const row of SERVER_CASES) {
    it(row.name, () => {
      check(
        row,
        diagnoseServerLeg({ host: 'a.test', alerts: [], ...row.evidence, messages: messages(row.flow ?? '') }),
      );
    });
  }
});

describe('failure of the client leg', () => {
  for (const row of CLIENT_CASES) {
    it(row.name, () => {
      check(
        row,
        diagnoseClientLeg({ host: 'a.test', alerts: [], ...row.evidence, messages: messages(row.flow ?? '') }),
      );
    });
  }

  it('gives the remedy of the client that it looks like', () => {
    const remedy = (userAgent?: string) =>
      diagnoseClientLeg({ messages: messages(FLIGHT_13), alerts: alerts('client', 'unknown_ca'), userAgent }).remedy ??
      '';
    assert.match(remedy('curl/8.14.1'), /curl --cacert FILE/);
    assert.match(remedy(), /tlscope run/);
  });

  it('never sends whoever probes to the proxy’s options', () => {
    for (const { flow = '', evidence } of SERVER_CASES) {
      const { text, remedy = '' } = diagnoseServerLeg({
        host: 'a.test',
        alerts: [],
        ...evidence,
        audience: 'probe',
        messages: messages(flow),
      });
      assert.doesNotMatch(
        `${text} ${remedy}`,
        /--passthrough|start tlscope|--insecure a\.test|server leg repeats|without tlscope/,
      );
    }
  });

  it('passes the other leg’s remedy on', () => {
    const { remedy } = diagnoseClientLeg({ messages: messages(HELLO), alerts: [], otherLeg: UNTRUSTED });
    assert.equal(remedy, 'Trust it.');
  });
});

after(() => {
  const missed = Object.keys(TEXTS).filter((key) => !reached.has(key));
  assert.deepEqual(missed, [], 'rows that no case reaches');
});

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
