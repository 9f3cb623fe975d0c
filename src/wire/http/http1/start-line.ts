/** Request lines and status lines (RFC 9112 §3, §4), with what is odd about them. */
import type { Issue } from '../../../shared/model.ts';
import { printable } from '../../x509/printable.ts';
import { isToken } from './fields.ts';

export interface RequestLine {
  readonly method: string;
  readonly target: string;
  /** `HTTP/0.9` when the line names none: the whole request is this line. */
  readonly version: string;
}

export interface StatusLine {
  readonly version: string;
  readonly status: number;
  readonly reason: string;
}

const VERSION = /^HTTP\/\d\.\d$/;
const STATUS = /^(\S+)([ \t]+)(\d{3})(?:$|([ \t])(.*)$)/s;

/** What a line says, without its line end; words for what it is not, when it is no request line. */
export function requestLine(whole: string, issues: Issue[]): RequestLine | string {
  const line = whole.trimEnd();
  if (line.length < whole.length) warn(issues, 'the request line ends in whitespace (RFC 9112 §3)');
  const first = line.indexOf(' ');
  const method = first < 0 ? line : line.slice(0, first);
  if (first < 0 || !isToken(method)) return `"${printable(line)}" is no request line`;
  const last = line.lastIndexOf(' ');
  const version = line.slice(last + 1);
  if (last === first) {
    if (version === '' || /^HTTP\//i.test(version)) return `the request line "${printable(line)}" has no target`;
    if (method !== 'GET') error(issues, `an HTTP/0.9 request can only be GET, not ${method}`);
    return { method, target: version, version: 'HTTP/0.9' };
  }
  if (!/^HTTP\//i.test(version)) return `the request line "${printable(line)}" does not end in a version`;
  oddVersion(version, issues);
  const between = line.slice(first + 1, last);
  const target = between.trim();
  if (target === '') return `the request line "${printable(line)}" has no target`;
  if (target !== between) warn(issues, 'the request line has more than single spaces between its parts (RFC 9112 §3)');
  if (/\s/.test(target)) error(issues, `the target "${printable(target)}" has whitespace in it (RFC 9112 §3.2)`);
  else if (/[^\x21-\x7e]/.test(target)) warn(issues, 'the target has bytes in it that a URI cannot have (RFC 3986 §2)');
  return { method, target, version };
}

/** Like `requestLine`, of a line that starts with `HTTP/`. */
export function statusLine(line: string, issues: Issue[]): StatusLine | string {
  const found = STATUS.exec(line);
  if (!found) return `"${printable(line)}" is no status line`;
  const [, version = '', spaces = '', digits = '', gap, reason = ''] = found;
  oddVersion(version, issues);
  if (spaces !== ' ') warn(issues, 'the status line has more than a single space before its code (RFC 9112 §4)');
  if (gap === undefined)
    note(issues, 'the status line ends after its code, without the space that follows it (RFC 9112 §4)');
  const status = Number(digits);
  if (status < 100 || status > 599) warn(issues, `${digits} is no status code: they are 100 to 599 (RFC 9110 §15)`);
  return { version, status, reason };
}

function oddVersion(version: string, issues: Issue[]): void {
  if (version === 'HTTP/1.1' || version === 'HTTP/1.0') return;
  if (!VERSION.test(version)) error(issues, `"${printable(version)}" is no HTTP version (RFC 9112 §2.3)`);
  else warn(issues, `${version} is no version of HTTP/1; the message is read as HTTP/1.1`);
}

const note = (issues: Issue[], text: string) => issues.push({ severity: 'note', text });
const warn = (issues: Issue[], text: string) => issues.push({ severity: 'warning', text });
const error = (issues: Issue[], text: string) => issues.push({ severity: 'error', text });
