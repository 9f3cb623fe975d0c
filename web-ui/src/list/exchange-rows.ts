/** What a row of the exchange list says: one exchange's summary, judged. */
import type { ExchangeOutcome } from '../../../src/shared/exchange.ts';
import type { ExchangeSummary } from '../../../src/shared/exchange-summary.ts';
import { isAuthorityForm } from '../../../src/shared/origin-form.ts';

/** How an exchange stands. Colour only repeats what `status` says. */
export type ExchangeTone = 'open' | 'good' | 'moved' | 'bad' | 'plain';

export interface ExchangeRowText {
  readonly method: string;
  /** The status code, `…` while there is none, or how it ended without one. */
  readonly status: string;
  /** What is to be known besides the status: that the response was cut, is not the server's, or says that a call failed. */
  readonly also: string;
  readonly tone: ExchangeTone;
  readonly authority: string;
  /** Path and query; empty when all that is known is the host. */
  readonly path: string;
  /** Media type of the response without its parameters. */
  readonly type: string;
  /** Bytes; absent without a response. */
  readonly size?: number;
  /** ms; absent until it is over. */
  readonly time?: number;
  /** `websocket` and the like take the place of the version. */
  readonly protocol: string;
}

/** How an exchange that did not finish ended, in a word for a narrow column. */
const ENDED: Readonly<Record<ExchangeOutcome['state'], string>> = {
  open: '',
  finished: '',
  aborted: 'aborted',
  reset: 'reset',
  refused: 'refused',
  switched: '',
  lost: 'lost',
};

/** Judges a summary. Pure; the result depends on the summary alone. */
export function exchangeRowOf(summary: ExchangeSummary): ExchangeRowText {
  const { method, scheme, authority, target, response, outcome, at, protocol, switchedTo } = summary;
  const ended = ENDED[outcome.state];
  const failedCall = response?.grpcStatus ? `gRPC ${response.grpcStatus}` : '';
  const isTunnel = isAuthorityForm(summary);
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(target)?.[0];
  return {
    method,
    status: response ? String(response.status) : ended || (outcome.state === 'open' ? '…' : '–'),
    also: response ? (outcome.ownAnswer ? 'tlscope' : ended || failedCall) : '',
    tone: failedCall === '' ? toneOf(response?.status, outcome) : 'bad',
    authority: scheme === '' || isTunnel ? authority : `${scheme}://${authority}`,
    path: absolute ? target.slice(absolute.length) : isTunnel ? '' : target,
    type: (response?.type ?? '').split(';', 1)[0]!.trim(),
    ...(response && { size: response.size }),
    ...(at.ended !== undefined && { time: at.ended - at.started }),
    protocol: switchedTo ?? protocol,
  };
}

function toneOf(status: number | undefined, { state }: ExchangeOutcome): ExchangeTone {
  if (ENDED[state] !== '') return 'bad';
  if (status === undefined) return state === 'open' ? 'open' : 'plain';
  if (status >= 400) return 'bad';
  if (status >= 300) return 'moved';
  return status >= 200 ? 'good' : 'plain';
}
