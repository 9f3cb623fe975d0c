/** The secrets of one connection and the openers made of them, each when its first record asks for it. */
import type { Epoch, TlsRole } from '../../shared/model.ts';
import type { OpenerFactory, RecordOpener } from './opener.ts';
import { cipherSuiteName } from './registries.ts';
import type { ClientHello, ServerHello } from './values.ts';

/** Epochs that have keys. */
export type SealedEpoch = Exclude<Epoch, 'plaintext'>;

/** NSS key log label of each direction's traffic secret (RFC 9850 §3). */
const LABELS: Readonly<Record<TlsRole, Partial<Record<SealedEpoch, string>>>> = {
  client: {
    early: 'CLIENT_EARLY_TRAFFIC_SECRET',
    handshake: 'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
    application: 'CLIENT_TRAFFIC_SECRET_0',
  },
  server: { handshake: 'SERVER_HANDSHAKE_TRAFFIC_SECRET', application: 'SERVER_TRAFFIC_SECRET_0' },
};

/** The label of the master secret of TLS 1.2 and earlier. */
const MASTER_SECRET = 'CLIENT_RANDOM';

/** `awaited`: its secret has not come. `impossible`: it never will be; `SessionKeys.obstacle` says why. */
export type OpenerLookup = RecordOpener | 'awaited' | 'impossible';

export class SessionKeys {
  readonly #factory: OpenerFactory | undefined;
  readonly #secrets = new Map<string, Uint8Array>();
  readonly #openers = new Map<string, RecordOpener>();
  #obstacle: string | undefined;

  constructor(factory: OpenerFactory | undefined) {
    this.#factory = factory;
    if (!factory) this.giveUp('no keys are at hand');
  }

  /** Why records cannot be opened at all, once that is known. */
  get obstacle(): string | undefined {
    return this.#obstacle;
  }

  /** No secret will ever come, for this reason. */
  giveUp(reason: string): void {
    this.#obstacle ??= reason;
  }

  add(label: string, secret: Uint8Array): void {
    this.#secrets.set(label, secret);
  }

  /** TLS 1.3: the opener of what `sender` sends in `epoch`. */
  traffic(sender: TlsRole, epoch: SealedEpoch, cipherSuite: number): OpenerLookup {
    if (this.#obstacle !== undefined) return 'impossible';
    const label = LABELS[sender][epoch] ?? '';
    const known = this.#openers.get(label);
    if (known) return known;
    const secret = this.#secrets.get(label);
    if (!secret) return 'awaited';
    const opener = this.#factory?.fromTrafficSecret(cipherSuite, secret);
    if (!opener) return this.#lacking(cipherSuite);
    this.#openers.set(label, opener);
    return opener;
  }

  /** TLS 1.2 and earlier: the opener of what `sender` sends after its ChangeCipherSpec. */
  master(sender: TlsRole, client: ClientHello, server: ServerHello): OpenerLookup {
    if (this.#obstacle !== undefined) return 'impossible';
    const known = this.#openers.get(sender);
    if (known) return known;
    const masterSecret = this.#secrets.get(MASTER_SECRET);
    if (!masterSecret) return 'awaited';
    const openers = this.#factory?.fromMasterSecret({
      version: server.version,
      cipherSuite: server.cipherSuite,
      masterSecret,
      clientRandom: client.random,
      serverRandom: server.random,
      encryptThenMac: server.encryptThenMac,
    });
    if (!openers) return this.#lacking(server.cipherSuite);
    this.#openers.set('client', openers.client);
    this.#openers.set('server', openers.server);
    return openers[sender];
  }

  /** A KeyUpdate of `sender` was read: its next records are under the next secret. */
  update(sender: TlsRole): void {
    const label = LABELS[sender].application ?? '';
    const next = this.#openers.get(label)?.next?.();
    if (next) this.#openers.set(label, next);
  }

  #lacking(cipherSuite: number): 'impossible' {
    this.#obstacle = `this runtime cannot open records of ${cipherSuiteName(cipherSuite)}`;
    return 'impossible';
  }
}
