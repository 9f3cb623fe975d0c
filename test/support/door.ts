/** A port on loopback that leads through a running tlscope: for clients that know no proxies. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { tunnel } from './clients.ts';
import type { RunningTlscope } from './running-tlscope.ts';

export interface Door extends Disposable {
  readonly port: number;
}

/** @param authority where each connection is to lead, `host:port` */
export async function openDoor(tlscope: RunningTlscope, authority: string): Promise<Door> {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, async (near) => {
    near.on('error', () => near.destroy());
    try {
      const far = await tunnel(tlscope, authority);
      far.on('error', () => near.destroy());
      far.on('close', () => near.destroy());
      near.on('close', () => far.destroy());
      near.pipe(far).pipe(near);
    } catch {
      near.destroy();
    }
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => server.close() };
}
