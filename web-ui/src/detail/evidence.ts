/** From what a failure was concluded from to the line of the ladder that shows it. */
import type { Leg } from '../../../src/shared/model.ts';

/**
 * The key of the event of `leg` that a sentence of evidence speaks of: a message by its name and number, an alert by its
 * name, the end of TCP, or the certificate. `undefined` where it speaks of none that was seen.
 */
export function evidenceEvent(text: string, leg: Leg): string | undefined {
  const { side, tls, end } = leg;
  const messages = tls?.messages ?? [];
  const number = /, the (\d{1,6})(?:st|nd|rd|th)\.$/.exec(text)?.[1];
  if (number !== undefined && messages.some(({ n }) => n === Number(number))) return `${side}:${number}`;
  if (text.startsWith('Alerts: ')) {
    const index = tls?.alerts.findLastIndex(({ description }) => text.includes(description.name)) ?? -1;
    return index < 0 ? undefined : `${side}:alert:${index}`;
  }
  if (/\((?:RST|FIN)\)/.test(text)) return end && `${side}:closed`;
  if (/^(?:Verification of the chain|The server’s certificate)/.test(text)) {
    const shown = messages.find(({ type, sender }) => sender === 'server' && /Certificate$/.test(type.name));
    return shown && `${side}:${shown.n}`;
  }
  return undefined;
}
