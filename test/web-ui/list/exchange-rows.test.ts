import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ExchangeSummary } from '../../../src/shared/exchange-summary.ts';
import { exchangeRowOf } from '../../../web-ui/src/list/exchange-rows.ts';
import { bodyWith, exchangeSummaryWith } from '../exchanges.ts';

function without(summary: ExchangeSummary, outcome: ExchangeSummary['outcome']): ExchangeSummary {
  const { response, ...rest } = summary;
  return { ...rest, outcome, at: { started: 1 } };
}
const status = (code: number) => exchangeSummaryWith({ response: { ...bodyWith(), status: code } });

describe('exchangeRowOf', () => {
  it('says what was asked and what came of it', () => {
    assert.deepEqual(exchangeRowOf(exchangeSummaryWith()), {
      method: 'GET',
      status: '200',
      also: '',
      tone: 'good',
      authority: 'https://origin.test',
      path: '/7',
      type: 'text/plain',
      size: 5,
      time: 50,
      protocol: 'HTTP/1.1',
    });
  });

  it('tells an exchange that waits from one that never was answered', () => {
    const open = exchangeRowOf(without(exchangeSummaryWith(), { state: 'open' }));
    assert.deepEqual([open.status, open.tone, open.size, open.time], ['…', 'open', undefined, undefined]);
    const reset = exchangeRowOf(without(exchangeSummaryWith(), { state: 'reset', by: 'server' }));
    assert.deepEqual([reset.status, reset.also, reset.tone], ['reset', '', 'bad']);
    const cut = exchangeRowOf(exchangeSummaryWith({ outcome: { state: 'aborted' } }));
    assert.deepEqual([cut.status, cut.also, cut.tone], ['200', 'aborted', 'bad']);
    assert.equal(exchangeRowOf(without(exchangeSummaryWith(), { state: 'finished' })).status, '–');
  });

  it('tells a gRPC call that failed, which HTTP calls a success', () => {
    const call = (grpcStatus: number) => exchangeSummaryWith({ response: { ...bodyWith(), status: 200, grpcStatus } });
    const [fine, failed] = [exchangeRowOf(call(0)), exchangeRowOf(call(5))];
    assert.deepEqual([fine.status, fine.also, fine.tone], ['200', '', 'good']);
    assert.deepEqual([failed.status, failed.also, failed.tone], ['200', 'gRPC 5', 'bad']);
  });

  it('has a tone for each class of status', () => {
    const tones = [101, 204, 302, 404, 503].map((code) => exchangeRowOf(status(code)).tone);
    assert.deepEqual(tones, ['plain', 'good', 'moved', 'bad', 'bad']);
  });

  it('names the host once, also where the target has it', () => {
    const row = exchangeRowOf(exchangeSummaryWith({ scheme: 'http', target: 'http://origin.test/a?b' }));
    assert.deepEqual([row.authority, row.path], ['http://origin.test', '/a?b']);
  });

  it('shows what a CONNECT asks for as it is, once', () => {
    const row = exchangeRowOf(
      exchangeSummaryWith({ method: 'CONNECT', scheme: 'http', authority: 'a.test:443', target: 'a.test:443' }),
    );
    assert.deepEqual([row.authority, row.path], ['a.test:443', '']);
  });

  it('says that an answer is tlscope’s own', () => {
    const row = exchangeRowOf(exchangeSummaryWith({ outcome: { state: 'refused', by: 'proxy', ownAnswer: true } }));
    assert.deepEqual([row.also, row.tone], ['tlscope', 'bad']);
  });

  it('shows what was switched to in place of the version', () => {
    assert.equal(exchangeRowOf(exchangeSummaryWith({ switchedTo: 'websocket' })).protocol, 'websocket');
  });
});
