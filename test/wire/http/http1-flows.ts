/** Conversations in HTTP/1, proper and odd ones, with what the observer tells of each. */
import type { Step } from './http1-recording.ts';

export interface Flow {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly tells: readonly string[];
  /** A part of each issue's or loss's text, in their order; none when absent. */
  readonly says?: readonly string[];
}

const H = 'Host: a\r\n';
const GET = `GET / HTTP/1.1\r\n${H}\r\n`;
const GOT = '1 GET / HTTP/1.1 for a ["Host=a"] 27';
const OK0 = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
const TOLD0 = '["Content-Length=0"] 38';
const done = (n: number) => [`${n} HTTP/1.1 200 OK ${TOLD0}`, `${n} server ended 0`];
const post = (fields: string, body = '') => `POST / HTTP/1.1\r\n${H}${fields}\r\n${body}`;

export const FLOWS: readonly Flow[] = [
  {
    name: 'one request and one response, names and values as they stood',
    steps: [
      ['>', 'GET /a?b HTTP/1.1\r\nhOsT:  a \t\r\nX:\r\nX: \xe9,  y\r\n\r\n'],
      ['<', 'HTTP/1.1 200 All right\r\ncontent-LENGTH: 5\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\nhello'],
      '>.',
      '<.',
    ],
    tells: [
      '1 GET /a?b HTTP/1.1 for a ["hOsT=a","X=","X=é,  y"] 47',
      '1 client ended 0',
      '1 HTTP/1.1 200 All right ["content-LENGTH=5","Set-Cookie=a","Set-Cookie=b"] 75',
      '1 server: hello',
      '1 server ended 5',
    ],
  },
  {
    name: 'pipelined requests are answered in their order',
    steps: [
      ['>', `${GET}HEAD /h HTTP/1.1\r\n${H}\r\n${post('Content-Length: 2\r\n', 'hi')}`],
      ['<', `${OK0}HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nHTTP/1.1 304 \r\nContent-Length: 9\r\n\r\n`],
    ],
    tells: [
      GOT,
      '1 client ended 0',
      '2 HEAD /h HTTP/1.1 for a ["Host=a"] 29',
      '2 client ended 0',
      '3 POST / HTTP/1.1 for a ["Host=a","Content-Length=2"] 47',
      '3 client: hi',
      '3 client ended 2',
      ...done(1),
      '2 HTTP/1.1 200 OK ["Content-Length=7"] 38',
      '2 server ended 0',
      '3 HTTP/1.1 304  ["Content-Length=9"] 36',
      '3 server ended 0',
    ],
  },
  {
    name: 'chunks with extensions, and trailers',
    steps: [
      ['>', post('Transfer-Encoding: chunked\r\n', '3;a=b\r\nabc\r\n0A \r\n0123456789\r\n00\r\nT: 1\r\nU:2\r\n\r\n')],
      ['<', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\nz\r\n0\r\n\r\n'],
    ],
    tells: [
      '1 POST / HTTP/1.1 for a ["Host=a","Transfer-Encoding=chunked"] 56',
      '1 client: abc0123456789',
      '1 client ended 46 ["T=1","U=2"]',
      '1 HTTP/1.1 200 OK ["Transfer-Encoding=gzip, chunked"] 53',
      '1 server: z',
      '1 server ended 11',
    ],
    says: ['extension "a=b"', 'only chunked is taken off'],
  },
  {
    name: '100 and 103 come before the final response, 204 has no content',
    steps: [
      ['>', post('Expect: 100-continue\r\nContent-Length: 1\r\n')],
      ['<', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n'],
      ['>', 'x'],
      ['<', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ],
    tells: [
      '1 POST / HTTP/1.1 for a ["Host=a","Expect=100-continue","Content-Length=1"] 69',
      '1 then 100 []',
      '1 then 103 ["Link=x"]',
      '1 client: x',
      '1 client ended 1',
      '1 HTTP/1.1 204 No Content [] 27',
      '1 server ended 0',
    ],
  },
  {
    name: 'an upgrade: both sides’ bytes as they are, the client’s early ones too',
    steps: [
      ['>', `GET / HTTP/1.1\r\n${H}Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\r\nGET early`],
      ['<', 'HTTP/1.1 101 Go\r\nUpgrade: WebSocket\r\n\r\nHTTP/1.1 raw'],
      ['>', ' late'],
      '>.',
      '<.',
    ],
    tells: [
      '1 GET / HTTP/1.1 for a ["Host=a","Connection=keep-alive, Upgrade","Upgrade=WebSocket"] 80',
      '1 client ended 0',
      '1 HTTP/1.1 101 Go ["Upgrade=WebSocket"] 39',
      '1 switched to websocket',
      '1 client: GET early',
      '1 server: HTTP/1.1 raw',
      '1 client:  late',
      '1 client ended 14',
      '1 server ended 12',
    ],
  },
  {
    name: 'an upgrade that is not taken up: what was held back is the next request',
    steps: [
      ['>', `GET / HTTP/1.1\r\n${H}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n${GET}`],
      ['<', OK0 + OK0],
    ],
    tells: [
      '1 GET / HTTP/1.1 for a ["Host=a","Connection=Upgrade","Upgrade=h2c"] 62',
      '1 client ended 0',
      `1 HTTP/1.1 200 OK ${TOLD0}`,
      '2 GET / HTTP/1.1 for a ["Host=a"] 27',
      '2 client ended 0',
      '1 server ended 0',
      ...done(2),
    ],
  },
  {
    name: 'CONNECT opens a tunnel, and is refused',
    steps: [
      ['>', 'CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\n\r\n'],
      ['<', 'HTTP/1.1 407 No\r\nContent-Length: 1\r\n\r\nx'],
      ['>', 'CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\n\r\n'],
      ['<', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nSSH-'],
      '<!',
    ],
    tells: [
      '1 CONNECT b:1 HTTP/1.1 for b:1 ["Host=b:1"] 35',
      '1 client ended 0',
      '1 HTTP/1.1 407 No ["Content-Length=1"] 38',
      '1 server: x',
      '1 server ended 1',
      '2 CONNECT b:1 HTTP/1.1 for b:1 ["Host=b:1"] 35',
      '2 client ended 0',
      '2 HTTP/1.1 200 OK ["Content-Length=5"] 38',
      '2 switched to tunnel',
      '2 server: SSH-',
      '2 cut by server, closed',
    ],
  },
  {
    name: 'content that ends with the connection, HTTP/1.0',
    steps: [['>', 'GET / HTTP/1.0\r\n\r\n'], ['<', 'HTTP/1.0 200 OK\r\n\r\nall of it'], '<.', '>.'],
    tells: [
      '1 GET / HTTP/1.0 for undefined [] 18',
      '1 client ended 0',
      '1 HTTP/1.0 200 OK [] 19',
      '1 server: all of it',
      '1 server ended 9',
    ],
  },
  {
    name: 'content that ends with the connection, which is cut',
    steps: [['>', GET], ['<', 'HTTP/1.1 200 OK\r\n\r\nall'], '<!'],
    tells: [GOT, '1 client ended 0', '1 HTTP/1.1 200 OK [] 19', '1 server: all', '1 cut by server, closed'],
  },
  {
    name: 'a client that leaves is to blame for both halves',
    steps: [
      ['>', `${GET}${post('Content-Length: 9\r\n', 'abc')}`],
      ['<', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab'],
      '>!',
      '<.',
    ],
    tells: [
      GOT,
      '1 client ended 0',
      '2 POST / HTTP/1.1 for a ["Host=a","Content-Length=9"] 47',
      '2 client: abc',
      '1 HTTP/1.1 200 OK ["Content-Length=9"] 38',
      '1 server: ab',
      '2 cut by client, closed',
      '1 cut by client, closed',
    ],
  },
  {
    name: 'a server that leaves without an answer, or inside a head',
    steps: [['>', GET], ['<', 'HTTP/1.1 2'], '<.', '>.'],
    tells: [GOT, '1 client ended 0', '1 cut by server, closed'],
  },
  {
    name: 'a client that leaves inside a head',
    steps: [['>', 'GET / HT'], '>.', '<.'],
    tells: [],
    says: ['end inside a head'],
  },
  {
    name: 'a request whose framing is twofold',
    steps: [
      ['>', `${post('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n')}${GET}`],
      ['<', OK0 + OK0],
    ],
    tells: [
      '1 POST / HTTP/1.1 for a ["Host=a","Content-Length=4","Transfer-Encoding=chunked"] 75',
      '1 client ended 5',
      GOT.replace('1', '2'),
      '2 client ended 0',
      ...done(1),
      ...done(2),
    ],
    says: ['as in request smuggling'],
  },
  {
    name: 'a request with contradicting lengths is answered, and followed no more',
    steps: [
      ['>', post('Content-Length: 4\r\nContent-Length: 5\r\n', 'abcde')],
      ['<', OK0 + OK0],
    ],
    tells: [
      '1 POST / HTTP/1.1 for a ["Host=a","Content-Length=4","Content-Length=5"] 66',
      'lost client at 66',
      ...done(1),
      'lost server at 38',
    ],
    says: ['"4, 5", which contradicts itself, for which a server must refuse', 'not followed any more'],
  },
  {
    name: 'a length that is repeated, and one that is larger than numbers',
    steps: [
      ['>', post('Content-Length: 1, 1\r\n', 'x')],
      ['<', 'HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx'],
    ],
    tells: [
      '1 POST / HTTP/1.1 for a ["Host=a","Content-Length=1, 1"] 50',
      '1 client: x',
      '1 client ended 1',
      '1 HTTP/1.1 200 OK ["Content-Length=99999999999999999999"] 57',
      '1 server: x',
    ],
    says: ['2 times with the same value', 'recipients that count in 64 bits'],
  },
  ...['-1', '+5', '0x5', '5 5', ''].map(
    (length): Flow => ({
      name: `Content-Length: ${length || 'empty'}`,
      steps: [
        ['>', GET],
        ['<', `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\nabc`],
      ],
      tells: [
        GOT,
        '1 client ended 0',
        `1 HTTP/1.1 200 OK ["Content-Length=${length}"] ${37 + length.length}`,
        `lost server at ${37 + length.length}`,
      ],
      says: ['is no whole number, for which a client must drop'],
    }),
  ),
  {
    name: 'a transfer coding that is not chunked',
    steps: [['>', GET], ['<', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n5\r\n'], '<.'],
    tells: [
      GOT,
      '1 client ended 0',
      '1 HTTP/1.1 200 OK ["Transfer-Encoding=xchunked"] 48',
      '1 server: 5\r\n',
      '1 server ended 3',
    ],
    says: ['ends with the connection'],
  },
  {
    name: 'a transfer coding of a request that is not chunked',
    steps: [['>', post('Transfer-Encoding: chunked, x\r\n', 'abc')]],
    tells: ['1 POST / HTTP/1.1 for a ["Host=a","Transfer-Encoding=chunked, x"] 59', 'lost client at 59'],
    says: ['a server must refuse it'],
  },
  {
    name: 'chunked in HTTP/1.0, and twice',
    steps: [
      ['>', 'GET / HTTP/1.0\r\n\r\n'],
      ['<', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ],
    tells: [
      '1 GET / HTTP/1.0 for undefined [] 18',
      '1 client ended 0',
      '1 HTTP/1.0 200 OK ["Transfer-Encoding=chunked","Transfer-Encoding=chunked"] 75',
      '1 server ended 5',
    ],
    says: ['counts as faulty', 'more than once', 'only chunked'],
  },
  ...[
    ['x\r\n', 56, 'in the size of a chunk'],
    ['-1\r\n', 56, 'in the size of a chunk'],
    ['0x1\r\n', 57, 'in the size of a chunk'],
    ['1 1\r\n', 58, 'in the size of a chunk'],
    ['\r\n', 56, 'no size'],
    ['3\rabc', 58, 'CR without LF'],
    ['1\r\nab\r\n', 60, 'not followed by CR LF'],
    ['1\r\na\r2', 61, 'not followed by CR LF'],
    ['fffffffffffffffff', 69, '2^52'],
  ].map(
    ([body, at, says]): Flow => ({
      name: `a chunk that starts ${JSON.stringify(body)}`,
      steps: [['>', post('Transfer-Encoding: chunked\r\n', String(body))]],
      tells: [
        '1 POST / HTTP/1.1 for a ["Host=a","Transfer-Encoding=chunked"] 56',
        ...(String(body).startsWith('1\r\na') ? ['1 client: a'] : []),
        `lost client at ${at}`,
      ],
      says: [String(says)],
    }),
  ),
  {
    name: 'lines that end in LF alone',
    steps: [
      ['>', 'POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n1\na\r\n0\n\n'],
      ['<', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
    ],
    tells: [
      '1 POST / HTTP/1.1 for a ["Host=a","Transfer-Encoding=chunked"] 52',
      '1 client: a',
      '1 client ended 8',
      '1 HTTP/1.1 200 OK ["Content-Length=0"] 35',
      '1 server ended 0',
    ],
    says: ['LF without CR', 'size line of a chunk ends in LF', 'LF without CR', 'LF without CR'],
  },
  {
    name: 'a folded value, kept as it is',
    steps: [['>', `GET / HTTP/1.1\r\n${H}X: a\r\n b\r\n\tc \r\n\r\n`]],
    tells: ['1 GET / HTTP/1.1 for a ["Host=a","X=a\\r\\n b\\r\\n\\tc"] 42', '1 client ended 0'],
    says: ['goes on over 3 lines (obs-fold'],
  },
  {
    name: 'a length that is folded counts',
    steps: [['>', post('Content-Length:\r\n 1\r\n', 'x')]],
    tells: ['1 POST / HTTP/1.1 for a ["Host=a","Content-Length=\\r\\n 1"] 49', '1 client: x', '1 client ended 1'],
    says: ['obs-fold'],
  },
  {
    name: 'whitespace before a colon',
    steps: [['>', post('Content-Length : 1\r\n', 'x')]],
    tells: ['1 POST / HTTP/1.1 for a ["Host=a","Content-Length =1"] 48', '1 client: x', '1 client ended 1'],
    says: ['whitespace before its colon'],
  },
  {
    name: 'lines that are no fields, and names that are no tokens',
    steps: [['>', `GET / HTTP/1.1\r\n first\r\n${H}line\r\n(x): 1\r\n: 2\r\n\r\n`]],
    tells: ['1 GET / HTTP/1.1 for a ["( first)","Host=a","(line)","(x)=1","(2)"] 54', '1 client ended 0'],
    says: ['" first" is no field', '"line" is no field', '"(x)" is no token', '"" is no token'],
  },
  {
    name: 'controls, CR and obscure text in values; an odd target',
    steps: [['>', `GET /\xff HTTP/1.1\r\n${H}X: a\0b\rc\x85\r\n\r\n`]],
    tells: ['1 GET /ÿ HTTP/1.1 for a ["Host=a","X=a\\u0000b\\rc\x85"] 39', '1 client ended 0'],
    says: ['that a URI cannot have', 'control characters', 'CR without LF'],
  },
  {
    name: 'no Host, two of them, and one that the target overrules',
    steps: [
      ['>', 'GET / HTTP/1.1\r\n\r\n'],
      ['>', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
      ['>', 'GET http://u:p@c:8/x HTTP/1.1\r\nHost: a\r\n\r\n'],
      ['>', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n'],
      ['>', 'GET x HTTP/1.1\r\nHost: a\r\n\r\n'],
    ],
    tells: [
      '1 GET / HTTP/1.1 for undefined [] 18',
      '1 client ended 0',
      '2 GET / HTTP/1.1 for a ["Host=a","Host=b"] 36',
      '2 client ended 0',
      '3 GET http://u:p@c:8/x HTTP/1.1 for c:8 ["Host=a"] 42',
      '3 client ended 0',
      '4 OPTIONS * HTTP/1.1 for a ["Host=a"] 31',
      '4 client ended 0',
      '5 GET x HTTP/1.1 for a ["Host=a"] 27',
      '5 client ended 0',
    ],
    says: ['Host is missing', 'Host is there more than once', 'the target counts', 'in none of the forms'],
  },
  {
    name: 'empty lines before a request and a response',
    steps: [
      ['>', `\r\n\n${GET}`],
      ['<', `\r\n${OK0}`],
    ],
    tells: [
      '1 GET / HTTP/1.1 for a ["Host=a"] 30',
      '1 client ended 0',
      '1 HTTP/1.1 200 OK ["Content-Length=0"] 40',
      '1 server ended 0',
    ],
    says: ['3 bytes of empty lines', '2 bytes of empty lines'],
  },
  {
    name: 'request lines with spaces, odd versions',
    steps: [
      ['>', `GET  /  HTTP/1.1\r\n${H}\r\n`],
      ['>', `GET /a b HTTP/1.1\r\n${H}\r\n`],
      ['>', `GET / HTTP/1.2\r\n${H}\r\n`],
      ['>', `GET / http/1.1 \r\n${H}\r\n`],
    ],
    tells: [
      '1 GET / HTTP/1.1 for a ["Host=a"] 29',
      '1 client ended 0',
      '2 GET /a b HTTP/1.1 for a ["Host=a"] 30',
      '2 client ended 0',
      '3 GET / HTTP/1.2 for a ["Host=a"] 27',
      '3 client ended 0',
      '4 GET / http/1.1 for a ["Host=a"] 28',
      '4 client ended 0',
    ],
    says: [
      'more than single spaces',
      'whitespace in it',
      'no version of HTTP/1;',
      'ends in whitespace',
      'no HTTP version',
    ],
  },
  ...[
    ['\x16\x03\x01', 'do not start as an HTTP/1 request'],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'HTTP/2 is spoken'],
    ['hello\r\n', 'is no request line'],
    ['a(b) / HTTP/1.1\r\n\r\n', 'is no request line'],
    ['GET HTTP/1.1\r\n\r\n', 'has no target'],
    ['GET a b\r\n', 'does not end in a version'],
  ].map(
    ([text = '', says = '']): Flow => ({
      name: `a client that says ${JSON.stringify(text)}`,
      steps: [['>', text]],
      tells: ['lost client at 0'],
      says: [says],
    }),
  ),
  ...[
    ['ICY 200 OK\r\n\r\n', 'do not start as an HTTP/1 response'],
    ['HTTP/1.1 20 OK\r\n\r\n', 'is no status line'],
    ['HTTP/1.1\r\n\r\n', 'is no status line'],
    ['HTTP/1.1 2000\r\n\r\n', 'is no status line'],
  ].map(
    ([text = '', says = '']): Flow => ({
      name: `a server that says ${JSON.stringify(text)}`,
      steps: [['>', GET], ['<', text], '<.'],
      tells: [GOT, '1 client ended 0', 'lost server at 0'],
      says: [says],
    }),
  ),
  {
    name: 'odd status lines',
    steps: [
      ['>', GET + GET + GET],
      ['<', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\nHTTP/1.1  999 \xfc\r\nContent-Length: 0\r\n\r\n'],
      ['<', 'HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ],
    tells: [
      ...[1, 2, 3].flatMap((n) => [GOT.replace('1', String(n)), `${n} client ended 0`]),
      '1 HTTP/1.1 200  ["Content-Length=0"] 35',
      '1 server ended 0',
      '2 HTTP/1.1 999 ü ["Content-Length=0"] 38',
      '2 server ended 0',
      '3 HTTP/2.0 200 OK ["Content-Length=0"] 38',
      '3 server ended 0',
    ],
    says: ['without the space', 'single space before its code', 'is no status code', 'no version of HTTP/1;'],
  },
  {
    name: 'HTTP/0.9, answered in kind',
    steps: [['>', 'GET /x\r\n'], ['<', 'HTML <p>'], '<.', ['>', 'more']],
    tells: [
      '1 GET /x HTTP/0.9 for undefined [] 8',
      '1 client ended 0',
      '1 HTTP/0.9 0 undefined [] 0',
      '1 server: HTML <p>',
      '1 server ended 8',
      'lost client at 8',
    ],
    says: ['as HTTP/0.9 answers', 'nothing can follow'],
  },
  {
    name: 'HTTP/0.9, answered with a head',
    steps: [
      ['>', 'POST /x\n'],
      ['<', `HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n`],
    ],
    tells: [
      '1 POST /x HTTP/0.9 for undefined [] 8',
      '1 client ended 0',
      '1 HTTP/1.1 400 No ["Content-Length=0"] 38',
      '1 server ended 0',
    ],
    says: ['can only be GET'],
  },
  {
    name: 'a response that nobody waits for, then the request it crossed',
    steps: [['<', 'HTTP/1.1 408 Late\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc'], ['>', GET], '<.'],
    tells: [GOT, '1 client ended 0', '1 cut by server, closed'],
    says: ['status 408 that no request waits for'],
  },
  {
    name: 'both go on after Connection: close',
    steps: [
      ['>', `GET / HTTP/1.1\r\n${H}Connection: close\r\n\r\n${GET}`],
      ['<', `HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n${OK0}`],
    ],
    tells: [
      '1 GET / HTTP/1.1 for a ["Host=a","Connection=close"] 46',
      '1 client ended 0',
      GOT.replace('1', '2'),
      '2 client ended 0',
      '1 HTTP/1.1 200 OK ["Connection=Close","Content-Length=0"] 57',
      '1 server ended 0',
      ...done(2),
    ],
    says: ['the client goes on after', 'the server goes on after'],
  },
  {
    name: 'a response that comes before its request is whole',
    steps: [
      ['>', post('Content-Length: 3\r\n', 'a')],
      ['<', OK0],
      ['>', `bc${GET}`],
      ['<', OK0],
    ],
    tells: [
      '1 POST / HTTP/1.1 for a ["Host=a","Content-Length=3"] 47',
      '1 client: a',
      ...done(1),
      '1 client: bc',
      '1 client ended 3',
      GOT.replace('1', '2'),
      '2 client ended 0',
      ...done(2),
    ],
  },
  {
    name: 'a switch that nobody asked for',
    steps: [
      ['>', GET],
      ['<', 'HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\nraw'],
      ['>', 'raw'],
    ],
    tells: [
      GOT,
      '1 client ended 0',
      '1 HTTP/1.1 101 Go ["Upgrade=x"] 31',
      '1 switched to x',
      'lost client at 0',
      '1 server: raw',
    ],
    says: ['for which the request did not ask', 'at a point'],
  },
  {
    name: 'an upgrade that is never answered',
    steps: [['>', `GET / HTTP/1.1\r\n${H}Connection: Upgrade\r\nUpgrade: x\r\n\r\nraw`], '<!'],
    tells: [
      '1 GET / HTTP/1.1 for a ["Host=a","Connection=Upgrade","Upgrade=x"] 60',
      '1 client ended 0',
      '1 cut by server, closed',
    ],
    says: ['3 bytes follow a request to switch protocols'],
  },
  {
    name: 'a trailer that frames, and a 204 that claims content',
    steps: [
      ['>', post('Transfer-Encoding: chunked\r\n', '0\r\nContent-Length: 3\r\n\r\n')],
      ['<', 'HTTP/1.1 204 No\r\nContent-Length: 3\r\n\r\n'],
    ],
    tells: [
      '1 POST / HTTP/1.1 for a ["Host=a","Transfer-Encoding=chunked"] 56',
      '1 client ended 24 ["Content-Length=3"]',
      '1 HTTP/1.1 204 No ["Content-Length=3"] 38',
      '1 server ended 0',
    ],
    says: ['frame or route a message', 'can have none'],
  },
  {
    name: 'a server that switches before the request is whole',
    steps: [
      ['>', `GET / HTTP/1.1\r\n${H}Connection: Upgrade\r\nUpgrade: x\r\nContent-Length: 4\r\n\r\nab`],
      ['<', 'HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n'],
      ['>', 'cdraw'],
      '>.',
      '<.',
    ],
    tells: [
      '1 GET / HTTP/1.1 for a ["Host=a","Connection=Upgrade","Upgrade=x","Content-Length=4"] 79',
      '1 client: ab',
      '1 HTTP/1.1 101 Go ["Upgrade=x"] 31',
      '1 switched to x',
      '1 client: cdraw',
      '1 client ended 7',
      '1 server ended 0',
    ],
  },
  {
    name: 'an upgrade whose answer cannot be read',
    steps: [['>', `GET / HTTP/1.1\r\n${H}Connection: Upgrade\r\nUpgrade: x\r\n\r\nraw`], ['<', 'raw'], '>.', '<.'],
    tells: [
      '1 GET / HTTP/1.1 for a ["Host=a","Connection=Upgrade","Upgrade=x"] 60',
      '1 client ended 0',
      'lost server at 0',
    ],
    says: ['do not start as an HTTP/1 response', '3 bytes follow a request to switch protocols'],
  },
  {
    name: 'empty lines that no head comes after',
    steps: [['>', `${post('Content-Length: 1\r\n', 'x')}\r\n`], ['<', `${OK0}\n`], '>.', '<.'],
    tells: ['1 POST / HTTP/1.1 for a ["Host=a","Content-Length=1"] 47', '1 client: x', '1 client ended 1', ...done(1)],
    says: ['the client sent 2 bytes of empty lines at its end', 'the server sent 1 bytes'],
  },
  {
    name: 'a request that is cut is not told of any more, and its answer leads to the next',
    steps: [['>', `${GET}${post('Content-Length: 9\r\n', 'abc')}`], '>.', ['<', OK0 + OK0], '<.'],
    tells: [
      GOT,
      '1 client ended 0',
      '2 POST / HTTP/1.1 for a ["Host=a","Content-Length=9"] 47',
      '2 client: abc',
      '2 cut by client, closed',
      ...done(1),
    ],
  },
];
