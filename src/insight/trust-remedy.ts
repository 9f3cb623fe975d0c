/**
 * What a client is, and how to make it trust tlscope's CA: by the name it gives itself in its User-Agent, or else by what
 * its ClientHello looks like.
 */
import { type OfferMaker, type OfferSeen, offerMaker } from './client-offers.ts';

interface ClientRow {
  readonly client: string;
  readonly agent: RegExp;
  /** Whose offer stands for it where it gives no name. */
  readonly offer?: OfferMaker;
  readonly remedy: string;
  /** It opens a connection only to ask for something at once. */
  readonly asksAtOnce?: true;
}

const CA_FILE = 'FILE is what `tlscope ca path` prints.';
const RUN = 'Or start it with `tlscope run -- COMMAND`, which sets this for you.';

/** No name fits it. */
const NONE = /(?!)/;

/** The first row that fits decides, so what names itself after another (Edge, libraries on top of others) stands above it. */
const CLIENTS: readonly ClientRow[] = [
  {
    client: 'curl',
    agent: /^curl\//i,
    remedy: `Give curl the CA: \`curl --cacert FILE …\`, or set \`CURL_CA_BUNDLE=FILE\`. ${CA_FILE} ${RUN}`,
    asksAtOnce: true,
  },
  {
    client: 'wget',
    agent: /^Wget/i,
    // The wget of Debian, with GnuTLS, reads no variable.
    remedy: `Give wget the CA: \`wget --ca-certificate=FILE …\`, or the line \`ca_certificate = FILE\` in ~/.wgetrc. ${CA_FILE}`,
    asksAtOnce: true,
  },
  {
    client: 'git',
    agent: /^git\//i,
    remedy: `Give git the CA: \`git -c http.sslCAInfo=FILE …\`, or set \`GIT_SSL_CAINFO=FILE\`. ${CA_FILE} ${RUN}`,
    asksAtOnce: true,
  },
  {
    client: 'pip',
    agent: /^pip\//i,
    remedy: `Give pip the CA: \`pip --cert FILE …\`, or set \`PIP_CERT=FILE\`. ${CA_FILE} ${RUN}`,
    asksAtOnce: true,
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
    asksAtOnce: true,
  },
  {
    client: 'Python with urllib3',
    agent: /^python-urllib3/i,
    offer: 'Python with urllib3',
    remedy: `Set the variable that the program reads to a bundle that holds the system’s roots and this CA: REQUESTS_CA_BUNDLE (requests), PIP_CERT (pip), AWS_CA_BUNDLE (AWS CLI), SSL_CERT_FILE (urllib3 itself). ${CA_FILE} ${RUN}`,
  },
  {
    client: 'Python',
    agent: /python|aiohttp|httpx|^HTTPie\//i,
    offer: 'Python',
    remedy: `Set SSL_CERT_FILE (and REQUESTS_CA_BUNDLE for requests) to a bundle that holds the system’s roots and this CA. ${CA_FILE} ${RUN}`,
  },
  { client: 'Deno', agent: /^Deno\//i, remedy: `Set \`DENO_CERT=FILE\`. ${CA_FILE} ${RUN}` },
  {
    client: 'Postman',
    agent: /^PostmanRuntime/i,
    remedy: `In Postman: Settings > Certificates > CA certificates, and choose FILE. ${CA_FILE}`,
  },
  {
    client: 'Node.js',
    agent: /\bnode\b|node-fetch|undici|axios|^npm\/|^got\b|^Bun\//i,
    offer: 'Node.js',
    remedy: `Set \`NODE_EXTRA_CA_CERTS=FILE\` before Node.js starts. ${CA_FILE} ${RUN}`,
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
    offer: 'Java',
    remedy: `Import the CA into Java’s trust store: keytool -importcert -noprompt -alias tlscope -file FILE -cacerts -storepass changeit; or into one of its own, with -keystore STORE in place of -cacerts, and start Java with -Djavax.net.ssl.trustStore=STORE -Djavax.net.ssl.trustStorePassword=changeit (JAVA_TOOL_OPTIONS can hold these). ${CA_FILE}`,
  },
  {
    client: 'Go',
    agent: /^Go-http-client|^Go |^grpc-go\//i,
    remedy: `On Linux set SSL_CERT_FILE to a bundle that holds the system’s roots and this CA; on macOS and Windows Go asks the system, so install the CA there. ${CA_FILE} ${RUN}`,
  },
  {
    client: 'Ruby',
    agent: /\bruby\b|Faraday|rest-client/i,
    remedy: `Set SSL_CERT_FILE to a bundle that holds the system’s roots and this CA. ${CA_FILE} ${RUN}`,
  },
  {
    client: 'PHP',
    agent: /^PHP\b|^Composer\/|GuzzleHttp/i,
    offer: 'PHP',
    remedy: `Set SSL_CERT_FILE to a bundle that holds the system’s roots and this CA (COMPOSER_CAFILE for Composer), or start it with php -d openssl.cafile=BUNDLE -d curl.cainfo=BUNDLE. ${CA_FILE} ${RUN}`,
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
    remedy: `Chromium and Chrome use the system’s store, on Linux their own: \`certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n tlscope -i FILE\`. ${CA_FILE} Or use \`tlscope browser\`, a throw-away profile that trusts it.`,
  },
  {
    client: 'Safari',
    agent: /Safari\/|CFNetwork|Darwin/i,
    remedy: `Install the CA in the system and trust it: Keychain Access on macOS; on iOS install the profile, then switch it on under Settings > General > About > Certificate Trust Settings. ${CA_FILE}`,
  },
  {
    client: 'a program with OpenSSL',
    agent: NONE,
    offer: 'OpenSSL',
    remedy: `This looks like a program with OpenSSL, such as Ruby or curl: set SSL_CERT_FILE (and CURL_CA_BUNDLE for curl) to a bundle that holds the system’s roots and this CA. ${CA_FILE} ${RUN}`,
  },
  {
    client: 'a program with GnuTLS',
    agent: NONE,
    offer: 'GnuTLS',
    remedy: `This looks like a program with GnuTLS, which asks the system’s store unless the program has an option of its own: on Debian, copy FILE to /usr/local/share/ca-certificates/tlscope.crt and run update-ca-certificates. ${CA_FILE}`,
  },
];

const GENERIC =
  'Make the client trust tlscope’s CA (`tlscope ca path` prints the file): by its own option or environment variable for CA files, or by the system’s store. `tlscope run -- COMMAND` sets the usual variables.';

/** What the client that this User-Agent looks like is called; undefined when it looks like none of these. */
export function clientNamed(userAgent: string): string | undefined {
  return rowFor(userAgent)?.client;
}

/**
 * What to do for the client that this User-Agent looks like or, of one without a name that is known, this offer; without
 * either, what to do in general.
 */
export function trustRemedy(userAgent: string | undefined, offer?: OfferSeen): string {
  return (rowFor(userAgent ?? '') ?? rowOfOffer(offer))?.remedy ?? GENERIC;
}

/** What a client that gives no name that is known looks like by its offer, as `trustRemedy` takes it. */
export function clientOfOffer(userAgent: string | undefined, offer: OfferSeen | undefined): string | undefined {
  return rowFor(userAgent ?? '') === undefined ? rowOfOffer(offer)?.client : undefined;
}

/**
 * Whether a client of this name opens no connection but to ask for something at once, so that one which it leaves unused
 * was not to its liking.
 */
export function asksAtOnce(userAgent: string | undefined): boolean {
  return rowFor(userAgent ?? '')?.asksAtOnce ?? false;
}

/** Whether a client of this name is known to send an alert when it does not trust a certificate. */
export function alertsOnDistrust(userAgent: string | undefined): boolean {
  return /(Firefox|Chrome|Chromium|Edg)\//i.test(userAgent ?? '');
}

function rowFor(userAgent: string): ClientRow | undefined {
  return CLIENTS.find((row) => row.agent.test(userAgent));
}

function rowOfOffer(offer: OfferSeen | undefined): ClientRow | undefined {
  const maker = offer && offerMaker(offer);
  return maker && CLIENTS.find((row) => row.offer === maker);
}
