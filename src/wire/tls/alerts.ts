/** The alert protocol (RFC 8446 §6). */
import type { Alert } from '../../shared/model.ts';
import { alertName } from './registries.ts';

/** The alerts of one record: two bytes each, and before TLS 1.3 perhaps several. An odd last byte is left out. */
export function readAlerts(content: Uint8Array, place: Pick<Alert, 'sender' | 'epoch' | 'span' | 'at'>): Alert[] {
  const alerts: Alert[] = [];
  for (let i = 0; i + 1 < content.length; i += 2) {
    const level = content[i]!;
    const description = content[i + 1]!;
    alerts.push({
      ...place,
      level: { id: level, name: level === 1 ? 'warning' : level === 2 ? 'fatal' : `unknown (${level})` },
      description: { id: description, name: alertName(description) },
    });
  }
  return alerts;
}
