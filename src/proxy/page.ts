/** The small pages the proxy itself answers with. Whatever comes from traffic is text, never markup. */
import { type ServerResponse, STATUS_CODES } from 'node:http';

export function page(title: string, lead: string, facts: readonly (readonly [string, string])[], extra = ''): string {
  const rows = facts.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join('\n');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 10vh auto; padding: 0 1rem; }
h1 { font-size: 1.25rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dt { opacity: .7; }
dd { margin: 0; overflow-wrap: anywhere; }
</style>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(lead)}</p>
<dl>
${rows}
</dl>
${extra}
</html>
`;
}

export function plainText(title: string, lead: string, facts: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...facts.map(([name]) => name.length));
  return [
    escapeControls(title),
    '',
    escapeControls(lead),
    '',
    ...facts.map(([name, value]) => `${name.padEnd(width)}  ${escapeControls(value)}`),
    '',
  ].join('\n');
}

function escapeHtml(text: string): string {
  return escapeControls(text).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** Control and bidi characters shown as code points, so that nothing forges a line or turns text around. */
function escapeControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (char) => {
    return `<U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}>`;
  });
}

/** Answers a request of http.Server with a plain text and ends its connection. */
export function answerText(
  response: ServerResponse,
  status: number,
  title: string,
  text: string,
  remedy?: string,
): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    Connection: 'close',
  });
  response.end(plainText(title, text, remedy === undefined ? [] : [['What to do', remedy]]));
}

/** A whole HTTP/1.1 response for a socket that no http.Server speaks for. */
export function rawAnswer(status: number, title: string, text: string): string {
  const body = plainText(title, text, []);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

/** What a browser sees that opens the proxy's own address. */
export function welcome(caSha256: string): string {
  return page(
    'This is a tlscope proxy',
    'tlscope is an HTTPS-intercepting debug proxy. Set this address as the HTTP proxy of your client, and let the client trust the certificate authority below, to see its TLS handshakes on the dashboard.',
    [['CA fingerprint (SHA-256)', caSha256]],
    '<p><a href="/ca.pem">Download the CA certificate (PEM)</a></p>',
  );
}
