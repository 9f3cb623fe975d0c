/** How many exchanges ended with which class of status. What tlscope answers itself is an error, and none of the server's. */
import { saidRow, scaled, type UnscaledRow } from './bars.ts';
import type { SinglePanel } from './picture.ts';
import type { Tally } from './tally.ts';

const STATUSES: readonly {
  readonly key: string;
  readonly label: string;
  readonly part: string;
  readonly bad?: true;
}[] = [
  { key: '1xx', label: '1xx informational', part: 'status = 1xx' },
  { key: '2xx', label: '2xx successful', part: 'status = 2xx' },
  { key: '3xx', label: '3xx redirection', part: 'status = 3xx' },
  { key: '4xx', label: '4xx client error', part: 'status = 4xx and answered = server', bad: true },
  { key: '5xx', label: '5xx server error', part: 'status = 5xx and answered = server', bad: true },
  { key: 'own', label: 'answered by tlscope', part: 'answered = tlscope', bad: true },
  { key: 'none', label: 'no response', part: 'status not exists' },
  { key: 'other', label: 'another status', part: 'status < 100 or status >= 600', bad: true },
];

export function statuses({ statuses: counter }: Tally): SinglePanel {
  const rows = STATUSES.filter(({ key }) => key !== 'other' || counter.count(key) > 0).map((each): UnscaledRow => {
    const n = counter.count(each.key);
    return {
      ...saidRow(each.key, each.label, n, n, n.toLocaleString('en'), each.part),
      ...(each.bad && { bad: each.bad }),
    };
  });
  return { id: 'status', title: 'Exchanges by status', list: 'exchanges', rows: scaled(rows), empty: '' };
}
