/** The ClientHello that this runtime's node:tls sends by itself, taken from a connection that leads nowhere. */
import { Duplex } from 'node:stream';
import { connect, createSecureContext, type SecureContextOptions } from 'node:tls';
import { TlsSession } from '../wire/tls/session.ts';
import type { ClientHello } from '../wire/tls/values.ts';

/**
 * @param options as node:tls takes them
 * @throws what `createSecureContext` throws for options that OpenSSL does not take, and when no hello comes
 */
export async function ownOffer(options: SecureContextOptions = {}): Promise<ClientHello> {
  const secureContext = createSecureContext(options);
  const { promise, resolve, reject } = Promise.withResolvers<ClientHello>();
  const session = new TlsSession({ sink: { message() {}, alert() {}, limited() {} } });
  const nowhere = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      session.feed('client', new Uint8Array(chunk), 0);
      if (session.clientHello !== undefined) resolve(session.clientHello);
      done();
    },
  });
  const socket = connect({ socket: nowhere, secureContext });
  socket.on('error', reject).on('close', () => reject(new Error('no ClientHello was sent')));
  return promise.finally(() => socket.destroy());
}
