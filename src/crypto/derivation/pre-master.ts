/** How the pre-master secret of TLS 1.2 and earlier came about, by the suite's key exchange. It is never logged. */
import { readServerKeyExchange, TYPE } from '../../wire/tls/messages/table.ts';
import { cipherSuite } from '../../wire/tls/registries.ts';
import type { ServerKeyExchange } from '../../wire/tls/values.ts';
import { type HandshakeRun, isFrom } from '../transcript.ts';
import type { Link } from './chain.ts';
import { sharedSecretSize } from './shared-secret.ts';

export const PRE_MASTER_SECRET = 'pre-master secret';

type Row = (params: ServerKeyExchange) => Omit<Link, 'name'>;

const RSA: Row = () => ({
  from: ["client's random choice"],
  how: "48 bytes that the client chose and sent encrypted under the RSA key of the server's certificate",
  spec: 'RFC 5246 §7.4.7.1',
  bytes: 48,
});

const DH: Row = ({ group, dhBits = 0 }) => ({
  from: ['client DH share', 'server DH share'],
  how: `Diffie-Hellman on ${group ?? `a prime of ${dhBits} bits`}: one side's private key with the other's share`,
  spec: 'RFC 5246 §8.1.2',
  bytes: Math.ceil(dhBits / 8),
});

const ECDH: Row = ({ group, parameters = "the certificate's curve" }) => ({
  from: ['client ECDH share', 'server ECDH share'],
  how: `ECDH on ${parameters}: one side's private key with the other's share`,
  spec: 'RFC 8422 §5.10',
  bytes: sharedSecretSize(group),
});

const PSK: Row = () => ({
  from: ['pre-shared key'],
  how: 'zeros and the pre-shared key, each behind its length',
  spec: 'RFC 4279 §2',
  bytes: 0,
});

/** What stands before the pre-shared key, of a length that only the peers know. */
const withPsk =
  (other: Row, spec: string): Row =>
  (params) => {
    const { from, how } = other(params);
    return {
      from: [...from, 'pre-shared key'],
      how: `${how}; then the pre-shared key, each behind its length`,
      spec,
      bytes: 0,
    };
  };

/** By the registry's words for key exchange and authentication. */
const ROWS: Readonly<Record<string, Row>> = {
  RSA,
  DH,
  DHE: DH,
  ECDH,
  ECDHE: ECDH,
  PSK,
  'RSA PSK': withPsk(RSA, 'RFC 4279 §4'),
  'DHE PSK': withPsk(DH, 'RFC 4279 §3'),
  'ECDHE PSK': withPsk(ECDH, 'RFC 5489 §2'),
};

const OTHER: Row = () => ({
  from: [],
  how: 'agreed on by a key exchange that is not known here',
  spec: 'RFC 5246 §8.1',
  bytes: 0,
});

/** Whether the suite wants a share of the server's that no message has brought. */
export function lacksServerShare({ serverHello, messages }: HandshakeRun): boolean {
  const { keyExchange } = (serverHello && cipherSuite(serverHello.cipherSuite)) ?? {};
  const isEphemeral = keyExchange === 'DHE' || keyExchange === 'ECDHE';
  return isEphemeral && !messages.some(isFrom('server', TYPE.serverKeyExchange));
}

export function preMasterSecret({ serverHello, messages }: HandshakeRun): Link {
  const suite = serverHello && cipherSuite(serverHello.cipherSuite);
  const { keyExchange = '', authentication = '' } = suite ?? {};
  const key = authentication === 'PSK' && keyExchange !== 'PSK' ? `${keyExchange} PSK` : keyExchange;
  const message = messages.find(isFrom('server', TYPE.serverKeyExchange));
  const params = serverHello && message ? readServerKeyExchange(message.bytes, serverHello) : {};
  return { name: PRE_MASTER_SECRET, ...(ROWS[key] ?? OTHER)(params) };
}
