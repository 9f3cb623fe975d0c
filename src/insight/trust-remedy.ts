/** What a client is, and how to make it trust tlscope's CA, by the name it gives itself in its User-Agent. */

interface ClientRow {
  readonly client: string;
  readonly agent: RegExp;
  readonly remedy: string;
}

const CA_FILE = 'FILE is what `tlscope ca path` prints.';
const RUN = 'Or start it with `tlscope run -- COMMAND`, which sets this for you.';

/** The first row that fits decides, so what names itself after another (Edge, libraries on top of others) stands above it. */
const CLIENTS: readonly ClientRow[] = [
  {
    client: 'curl',
    agent: /^curl\//i,
    remedy: `Give curl the CA: curl --cacert FILE …, or set CURL_CA_BUNDLE=FILE. ${CA_FILE} ${RUN}`,
  },
  { client: 'wget', agent: /^Wget/i, remedy: `Give wget the CA: wget --ca-certificate=FILE …. ${CA_FILE} ${RUN}` },
  {
    client: 'git',
    agent: /^git\//i,
    remedy: `Give git the CA: git -c http.sslCAInfo=FILE …, or set GIT_SSL_CAINFO=FILE. ${CA_FILE} ${RUN}`,
  },
  {
    client: 'pip',
    agent: /^pip\//i,
    remedy: `Give pip the CA: pip --cert FILE …, or set PIP_CERT=FILE. ${CA_FILE} ${RUN}`,
  },
  {
    client: 'AWS CLI',
    agent: /^(aws-cli|Boto3|Botocore)/i,
    remedy: `Set AWS_CA_BUNDLE to a bundle that holds the system’s roots and this CA. ${CA_FILE} ${RUN}`,
  },
  {
    client: 'Python requests',
    agent: /^python-requests/i,
    remedy: `Set REQUESTS_CA_BUNDLE to a bundle that holds the system’s roots and this CA. ${CA_FILE} ${RUN}`,
  },
  {
    client: 'Python',
    agent: /python|aiohttp|httpx/i,
    remedy: `Set SSL_CERT_FILE (and REQUESTS_CA_BUNDLE for requests) to a bundle that holds the system’s roots and this CA. ${CA_FILE} ${RUN}`,
  },
  { client: 'Deno', agent: /^Deno\//i, remedy: `Set DENO_CERT=FILE. ${CA_FILE} ${RUN}` },
  {
    client: 'Postman',
    agent: /^PostmanRuntime/i,
    remedy: `In Postman: Settings > Certificates > CA certificates, and choose FILE. ${CA_FILE}`,
  },
  {
    client: 'Node.js',
    agent: /\bnode\b|node-fetch|undici|axios|^npm\/|^got\b|^Bun\//i,
    remedy: `Set NODE_EXTRA_CA_CERTS=FILE before Node.js starts. ${CA_FILE} ${RUN}`,
  },
  {
    client: 'Android',
    agent: /okhttp|Dalvik|Android(?!.*(?:Chrome|Firefox)\/)/i,
    remedy:
      'Android apps trust user-installed CAs only if their networkSecurityConfig says so (debug builds can); install the CA under Settings > Security > Install a certificate. On a plain JVM, import it with keytool instead.',
  },
  {
    client: 'Java',
    agent: /^Java|Apache-HttpClient|Jakarta|Jetty/i,
    remedy: `Import the CA into a trust store: keytool -importcert -noprompt -alias tlscope -file FILE -cacerts -storepass changeit, or point -Djavax.net.ssl.trustStore at one that holds it. ${CA_FILE}`,
  },
  {
    client: 'Go',
    agent: /^Go-http-client|^Go /i,
    remedy: `On Linux set SSL_CERT_FILE to a bundle that holds the system’s roots and this CA; on macOS and Windows Go asks the system, so install the CA there. ${CA_FILE} ${RUN}`,
  },
  {
    client: 'Ruby',
    agent: /\bruby\b|Faraday|rest-client/i,
    remedy: `Set SSL_CERT_FILE to a bundle that holds the system’s roots and this CA. ${CA_FILE} ${RUN}`,
  },
  {
    client: '.NET',
    agent: /\.NET|PowerShell/i,
    remedy: `.NET asks the system: install the CA in its store (on Linux SSL_CERT_FILE works too). ${CA_FILE}`,
  },
  {
    client: 'Firefox',
    agent: /Firefox\//i,
    remedy: `In Firefox: Settings > Privacy & Security > View Certificates > Authorities > Import, choose FILE and tick «identify websites». ${CA_FILE}`,
  },
  {
    client: 'Chromium',
    agent: /(Chrome|Chromium|CriOS|Edg)\//i,
    remedy: `Chromium and Chrome use the system’s store, on Linux their own: certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n tlscope -i FILE. ${CA_FILE} Or use \`tlscope browser\`, a throw-away profile that trusts it.`,
  },
  {
    client: 'Safari',
    agent: /Safari\/|CFNetwork|Darwin/i,
    remedy: `Install the CA in the system and trust it: Keychain Access on macOS; on iOS install the profile, then switch it on under Settings > General > About > Certificate Trust Settings. ${CA_FILE}`,
  },
];

const GENERIC =
  'Make the client trust tlscope’s CA (`tlscope ca path` prints the file): by its own option or environment variable for CA files, or by the system’s store. `tlscope run -- COMMAND` sets the usual variables. A client with a pinned certificate cannot be inspected; relay it with --passthrough HOST.';

/** What the client that this User-Agent looks like is called; undefined when it looks like none of these. */
export function clientNamed(userAgent: string): string | undefined {
  return rowFor(userAgent)?.client;
}

/** What to do for the client that this User-Agent looks like; without a known one, what to do in general. */
export function trustRemedy(userAgent: string | undefined): string {
  return rowFor(userAgent ?? '')?.remedy ?? GENERIC;
}

function rowFor(userAgent: string): ClientRow | undefined {
  return CLIENTS.find((row) => row.agent.test(userAgent));
}
