/**
 * Who may ask: the checks on Host, Origin and token that stand before every answer and every WebSocket.
 *
 * The captures of a developer's traffic are worth stealing, and every web page that runs in his browser can send
 * requests to this port. Host keeps out a page whose name was rebound to a loopback address; Origin and Sec-Fetch-Site
 * keep out pages of other origins, those on other local ports too (cookies and SameSite do not tell ports apart);
 * the token keeps out other users and programs of this machine.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { Refusal } from './answers.ts';

export interface AccessOptions {
  /** The host that the server was told to listen on. */
  readonly host: string;
  /** The port that it listens on; asked for each time, as it is not known before. */
  readonly port: () => number;
  readonly token: string;
}

export class Access {
  readonly #host: string;
  readonly #port: () => number;
  readonly #token: string;
  readonly #cookie: string;

  constructor(options: AccessOptions) {
    this.#host = options.host.toLowerCase();
    this.#port = options.port;
    this.#token = options.token;
    // Not the token itself: a browser sends cookies to every port of the host.
    this.#cookie = createHmac('sha256', options.token).update('tlscope dashboard cookie').digest('base64url');
  }

  /** Whether the request was meant for us and comes from our own page, if from a page at all. */
  refusePlace(headers: IncomingHttpHeaders): Refusal | undefined {
    const host = headers.host?.toLowerCase() ?? '';
    if (!this.#isOurs(host)) {
      return {
        status: 403,
        error: 'The Host header does not name this server.',
        hint: `Use the address that tlscope printed, e.g. http://127.0.0.1:${this.#port()}/.`,
      };
    }
    if (headers.origin !== undefined && headers.origin.toLowerCase() !== `http://${host}`) {
      return {
        status: 403,
        error: 'Pages of another origin may not use this server.',
        hint: 'Open the dashboard itself, or leave out the Origin header.',
      };
    }
    return undefined;
  }

  /** Whether the request proves that it knows the token. */
  refuseStranger(headers: IncomingHttpHeaders): Refusal | undefined {
    // An Origin says it better, and has been compared: browsers do not agree on the site of a ws: request.
    const site = headers.origin === undefined ? headers['sec-fetch-site'] : undefined;
    if (site !== undefined && site !== 'same-origin' && site !== 'none') {
      return {
        status: 403,
        error: 'Pages of another origin may not use this API.',
        hint: 'Open the dashboard itself, or ask from a program.',
      };
    }
    const bearer = /^Bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1];
    if (bearer !== undefined && this.knows(bearer)) return undefined;
    if (cookiesNamed(this.#cookieName(), headers.cookie).some((value) => equal(value, this.#cookie))) return undefined;
    return {
      status: 401,
      error: bearer === undefined ? 'This needs the token of this tlscope.' : 'This is not the token of this tlscope.',
      hint: 'It is in the dashboard address printed at start (/?token=TOKEN); send it as "Authorization: Bearer TOKEN".',
    };
  }

  /** Whether `token` is ours; takes as long whatever it is. */
  knows(token: string): boolean {
    return equal(token, this.#token);
  }

  /** The Set-Cookie line that spares the dashboard the token. */
  cookie(): string {
    return `${this.#cookieName()}=${this.#cookie}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** With the port, since two instances on one host share the browser's cookies. */
  #cookieName(): string {
    return `tlscope_${this.#port()}`;
  }

  #isOurs(host: string): boolean {
    const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/.exec(host);
    if (!match) return false;
    const name = match[1]!.replace(/^\[|\]$/g, '');
    // Bound to every address, perhaps in a container under another port: an address cannot be rebound, a name can.
    if (isWildcard(this.#host)) return name === 'localhost' || isIP(name) !== 0;
    return Number(match[2] ?? 80) === this.#port() && (isLoopback(name) || name === this.#host);
  }
}

function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

function cookiesNamed(name: string, header: string | undefined): string[] {
  const prefix = `${name}=`;
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  return pairs.filter((pair) => pair.startsWith(prefix)).map((pair) => pair.slice(prefix.length));
}

/** Constant-time: the digests are of one length and tell nothing of where the texts differ. */
function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
