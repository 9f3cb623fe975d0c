/** Status codes of the close frame (RFC 6455 §7.4.1 and IANA's WebSocket Close Code Number registry). */

const NAMES: Readonly<Record<number, string>> = {
  1000: 'Normal Closure',
  1001: 'Going Away',
  1002: 'Protocol Error',
  1003: 'Unsupported Data',
  1005: 'No Status Received',
  1006: 'Abnormal Closure',
  1007: 'Invalid Frame Payload Data',
  1008: 'Policy Violation',
  1009: 'Message Too Big',
  1010: 'Mandatory Extension',
  1011: 'Internal Error',
  1012: 'Service Restart',
  1013: 'Try Again Later',
  1014: 'Bad Gateway',
  1015: 'TLS Handshake',
};

/** Codes that stand for something no frame can say (RFC 6455 §7.4.1). */
const NEVER_SENT = new Set([1005, 1006, 1015]);

/** The registry's name, or the range the code is of (RFC 6455 §7.4.2). */
export function closeCodeName(code: number): string {
  const name = NAMES[code];
  if (name !== undefined) return name;
  if (code >= 3000 && code < 4000) return 'registered by a library or framework';
  if (code >= 4000 && code < 5000) return 'private to the application';
  return 'unassigned';
}

/** Whether an endpoint may send `code`. */
export function mayCloseWith(code: number): boolean {
  return code >= 1000 && code < 5000 && !NEVER_SENT.has(code);
}
