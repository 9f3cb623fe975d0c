/** Go. */
import type { Facts } from '../facts.ts';
import type { Recipe } from '../recipe.ts';
import { unsetVariables, writeFile } from '../shell.ts';
import { fetchCa, NO_PROXY, PINNED, STORE_OF_ITS_OWN, variableNames, variables } from './shared.ts';

export function go(facts: Facts): readonly Recipe[] {
  const { shell, target, caWord } = facts;
  const posix = shell === 'posix';
  const more = posix ? { SSL_CERT_FILE: caWord } : {};
  return [
    {
      id: 'go',
      title: 'Go',
      steps: [
        ...fetchCa(facts),
        {
          text: 'Set the variables before the program starts; `http.DefaultTransport` reads them.',
          code: variables(facts, more),
        },
        { text: 'On macOS and Windows Go asks the system what to trust: do there what *System* says of the CA.' },
      ],
      check: {
        text: 'One request, from the same shell. It prints the status:',
        code: [
          writeFile(shell, 'tlscope-check.go', [
            'package main',
            'import ("fmt"; "net/http"; "os")',
            'func main() {',
            '  response, err := http.Get(os.Args[1])',
            '  if err != nil { panic(err) }',
            '  fmt.Println(response.Status)',
            '}',
          ]),
          `go run tlscope-check.go ${target}`,
        ].join('\n'),
      },
      undo: [
        {
          text: 'Take the variables back, or close the shell:',
          code: unsetVariables(shell, variableNames(facts, Object.keys(more))),
        },
      ],
      limits: [
        'Go goes to `localhost` and loopback addresses directly, whatever the variables say.',
        'A program with an `http.Transport` of its own uses a proxy only with `Proxy: http.ProxyFromEnvironment`.',
        'QUIC (quic-go) goes around the proxy.',
        ...(posix ? [STORE_OF_ITS_OWN] : []),
        PINNED,
      ],
      unseen: ['Go reads the variables once, at the first request.', 'The host is a loopback one.', NO_PROXY],
    },
  ];
}
