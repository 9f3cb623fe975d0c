/** The Java virtual machine. */
import type { Facts } from '../facts.ts';
import type { Recipe } from '../recipe.ts';
import { setVariables, unsetVariables, writeFile } from '../shell.ts';
import { fetchCa, PINNED } from './shared.ts';

export function java(facts: Facts): readonly Recipe[] {
  return [program(facts), tools(facts)];
}

const STORE = 'tlscope-trust.p12';

function importCa({ caWord }: Facts): string {
  return `keytool -importcert -noprompt -alias tlscope -file ${caWord} -keystore ${STORE} -storetype PKCS12 -storepass changeit`;
}

function properties({ host, port }: Facts, store: string): readonly string[] {
  return [
    `-Dhttps.proxyHost=${host}`,
    `-Dhttps.proxyPort=${port}`,
    `-Dhttp.proxyHost=${host}`,
    `-Dhttp.proxyPort=${port}`,
    '-Dhttp.nonProxyHosts=',
    `-Djavax.net.ssl.trustStore=${store}`,
    '-Djavax.net.ssl.trustStorePassword=changeit',
  ];
}

function program(facts: Facts): Recipe {
  const { shell, target } = facts;
  // PowerShell splits a bare argument at its dots.
  const options = properties(facts, STORE).map((option) => (shell === 'posix' ? option : `"${option}"`));
  const command = `java ${options.join(' ')}`;
  return {
    id: 'java',
    title: 'Java',
    steps: [
      ...fetchCa(facts),
      { text: 'Make a trust store that holds the CA, beside the program:', code: importCa(facts) },
      {
        text: 'Start the program with the proxy and that store. `-Dhttp.nonProxyHosts=` brings loopback through the proxy too.',
        code: `${command} -jar PROGRAM.jar`,
      },
    ],
    check: {
      text: 'One request, from the same folder (Java 11 and newer). It prints the status:',
      code: [
        writeFile(shell, 'TlscopeCheck.java', [
          'public class TlscopeCheck {',
          '  public static void main(String[] args) throws Exception {',
          '    var url = java.net.URI.create(args[0]).toURL();',
          '    System.out.println(((java.net.HttpURLConnection) url.openConnection()).getResponseCode());',
          '  }',
          '}',
        ]),
        `${command} TlscopeCheck.java ${target}`,
      ].join('\n'),
    },
    undo: [
      {
        text: 'Remove the store; the options hold for the one command.',
        code: `${shell === 'posix' ? 'rm' : 'Remove-Item'} ${STORE} TlscopeCheck.java`,
      },
    ],
    limits: [
      'Java has a trust store of its own: trust in the system’s does not help (but on Windows with `-Djavax.net.ssl.trustStoreType=Windows-ROOT`).',
      'The store takes the place of Java’s roots. To add instead: `keytool -importcert -cacerts -storepass changeit …`, for that one JDK.',
      'Netty, OkHttp, Apache HttpClient 4 and others read these properties only when told to (`useSystemProperties()`).',
      PINNED,
    ],
    unseen: ['The library takes no proxy from the properties.', 'The work is done by a daemon that runs already.'],
  };
}

function tools(facts: Facts): Recipe {
  const { shell } = facts;
  const store = shell === 'posix' ? `$PWD/${STORE}` : `$PWD\\${STORE}`;
  return {
    id: 'java-tools',
    title: 'Gradle, Maven',
    steps: [
      ...fetchCa(facts),
      { text: 'Make a trust store that holds the CA:', code: importCa(facts) },
      {
        text: 'Every JVM that starts from this shell reads `JAVA_TOOL_OPTIONS`, the ones that Gradle and Maven start too:',
        code: setVariables(shell, { JAVA_TOOL_OPTIONS: `"${properties(facts, store).join(' ')}"` }),
      },
      { text: 'Gradle’s daemon was started without it:', code: 'gradle --stop' },
    ],
    check: {
      text: 'A build that must download something, from the same shell:',
      code: 'gradle --no-daemon --refresh-dependencies dependencies',
    },
    undo: [
      {
        text: 'Take the variable back and remove the store:',
        code: `${unsetVariables(shell, ['JAVA_TOOL_OPTIONS'])}\n${shell === 'posix' ? 'rm' : 'Remove-Item'} ${STORE}`,
      },
    ],
    limits: ['Maven 3.9 and newer read the proxy from `settings.xml` alone when one is set there.', PINNED],
    unseen: ['The build is offline, or everything is in its cache.'],
  };
}
