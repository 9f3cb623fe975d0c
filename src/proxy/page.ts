/**
 * The small pages the proxy itself answers with. Whatever comes from traffic is text, never markup; only what stands
 * between backquotes in a remedy, which are our own words, is set as code.
 */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { OwnAnswer } from './own-answer.ts';

export function page(title: string, lead: string, facts: readonly (readonly [string, string])[], extra = ''): string {
  const rows = facts
    .map(
      ([name, value]) =>
        `<dt>${escapeHtml(name)}</dt><dd>${name === REMEDY ? withCode(value) : escapeHtml(value)}</dd>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 10vh auto; padding: 0 1rem; }
h1 { font-size: 1.25rem; }
h2 { font-size: 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dt { opacity: .7; }
dd { margin: 0; overflow-wrap: anywhere; }
ol { padding-left: 1.5rem; }
.button { display: inline-block; padding: .5rem 1rem; border: 1px solid; border-radius: .5rem; }
@media (max-width: 30rem) { body { margin-top: 1rem; } dl { display: block; } }
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
    ...facts.map(([name, value]) => {
      const shown = name === REMEDY ? value.replace(CODE, '$1') : value;
      return `${name.padEnd(width)}  ${escapeControls(shown)}`;
    }),
    '',
  ].join('\n');
}

/** Of the fact that says what to do. */
export const REMEDY = 'What to do';

const CODE = /`([^`]*)`/g;

function withCode(text: string): string {
  return escapeHtml(text).replace(CODE, '<code>$1</code>');
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

/** A plain text, with which the connection ends. */
export function textAnswer(status: number, title: string, text: string, remedy?: string): OwnAnswer {
  const body = plainText(title, text, remedy === undefined ? [] : [[REMEDY, remedy]]);
  const headers = {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    Connection: 'close',
  };
  return { status, headers, body };
}

/** Gives an answer by http.Server. @returns it */
export function give(response: ServerResponse, answer: OwnAnswer): OwnAnswer {
  response.writeHead(answer.status, { ...answer.headers }).end(answer.body);
  return answer;
}

/** An answer as a whole HTTP/1.1 response, for a socket that no http.Server speaks for. */
export function rawAnswer({ status, headers, body }: OwnAnswer): string {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...fields, '', body].join('\r\n');
}

/** Where the proxy serves its CA certificate as DER, with the type by which phones know what it is. */
export const CA_FOR_DEVICES = '/tlscope-ca.crt';

/** What a browser sees that opens the proxy's own address: a phone's, above all, that read it as a code. */
export function welcome(caSha256: string, at: { readonly host: string; readonly port: number }): string {
  return page(
    'This is a tlscope proxy',
    'tlscope is an HTTPS-intercepting debug proxy. A client that uses it as its HTTP proxy and trusts the certificate authority below shows its TLS handshakes on the dashboard.',
    [
      ['Server', at.host],
      ['Port', String(at.port)],
      ['CA fingerprint (SHA-256)', caSha256],
    ],
    STEPS,
  );
}

const STEPS = `<p><a class="button" href="${CA_FOR_DEVICES}">Download the CA certificate</a></p>
<p>Whoever has its key can read your TLS: compare the fingerprint with the one on the dashboard, and take the trust back when you are done.</p>
<h2>iPhone, iPad</h2>
<ol>
<li>Tap the download above in Safari, then <b>Allow</b>.</li>
<li><b>Settings &gt; Profile Downloaded &gt; Install</b>.</li>
<li><b>Settings &gt; General &gt; About &gt; Certificate Trust Settings</b>: switch it on.</li>
<li><b>Settings &gt; Wi-Fi</b>, the (i) beside the network, <b>Configure Proxy &gt; Manual</b>: server and port as above.</li>
</ol>
<h2>Android</h2>
<ol>
<li>Tap the download above.</li>
<li><b>Settings &gt; Security &amp; privacy &gt; More security &amp; privacy &gt; Encryption &amp; credentials &gt; Install a certificate &gt; CA certificate</b>: choose the file in Downloads.</li>
<li><b>Settings &gt; Network &amp; internet &gt; Internet</b>, the gear beside the network, the pencil, <b>Advanced options &gt; Proxy: Manual</b>: server and port as above.</li>
</ol>
<p>Apps trust it only if they say so; Chrome does.</p>
<h2>Others</h2>
<p>As PEM: <a href="/ca.pem">ca.pem</a>. The dashboard’s page <b>Set up</b> has the steps for browsers, systems and programs.</p>`;
