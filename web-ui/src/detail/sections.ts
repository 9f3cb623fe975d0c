/** Which parts an opened connection has, in the order they are shown. */
import type { Connection } from '../../../src/shared/model.ts';
import { count } from '../text/format.ts';

export type SectionId = 'handshakes' | 'comparison' | 'limits' | 'alerts' | 'certificates';

export interface Section {
  readonly id: SectionId;
  readonly title: string;
  /** How much is in it, for the heading and the link to it; empty when that says nothing. */
  readonly note: string;
}

/** The parts that have something to show; the handshakes always. */
export function sectionsOf({ legs, comparison }: Connection): Section[] {
  const handshakes = [legs.client?.tls, legs.server?.tls].filter((tls) => tls !== undefined);
  const alerts = handshakes.reduce((sum, tls) => sum + tls.alerts.length, 0);
  const limited = handshakes.some(
    (tls) => tls.visibility.level !== 'full' || (tls.notMirrored?.length ?? 0) + (tls.concessions?.length ?? 0) > 0,
  );
  const certificates = handshakes.some((tls) => tls.certificates.length > 0);
  const sections: Section[] = [{ id: 'handshakes', title: 'The two handshakes', note: '' }];
  if (comparison && comparison.rows.length > 0) {
    sections.push({ id: 'comparison', title: 'Comparison', note: count(comparison.differences, 'difference') });
  }
  if (limited) sections.push({ id: 'limits', title: 'Not mirrored, conceded, not seen', note: '' });
  if (alerts > 0) sections.push({ id: 'alerts', title: 'Alerts', note: String(alerts) });
  if (certificates) sections.push({ id: 'certificates', title: 'Certificates', note: '' });
  return sections;
}
