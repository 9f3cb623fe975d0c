/**
 * The secrets of one connection and the openers made of them, each when its first record asks for it.
 *
 * TLS 1.3 has one secret a label. Before, each handshake has a master secret, which a key log tells apart by the
 * client's random.
 */
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

const TLS_1_0 = 0x0301;

/** `awaited`: its secret has not come. `impossible`: it never will be; `SessionKeys.obstacle` says why. */
export type OpenerLookup = RecordOpener | 'awaited' | 'impossible';

type OpenerPair = Readonly<Record<TlsRole, RecordOpener>>;

interface MasterSecret {
  readonly secret: Uint8Array;
  readonly clientRandom: Uint8Array | undefined;
  /** The newest handshake when it came; whose it is if it came without a random. */
  readonly handshake: number;
}

export class SessionKeys {
  readonly #factory: OpenerFactory | undefined;
  readonly #secrets = new Map<string, Uint8Array>();
  readonly #masters: MasterSecret[] = [];
  readonly #openers = new Map<string, RecordOpener>();
  /** Before TLS 1.3, by the handshake's number: the sides need not change over at the same time. */
  readonly #pairs: OpenerPair[] = [];
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

  /** @param handshake number of the newest handshake */
  add(label: string, secret: Uint8Array, clientRandom: Uint8Array | undefined, handshake: number): void {
    if (label === MASTER_SECRET) this.#masters.push({ secret, clientRandom, handshake });
    else this.#secrets.set(label, secret);
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

  /** TLS 1.2 and earlier: the opener of what `sender` sends after its ChangeCipherSpec in this handshake. */
  master(sender: TlsRole, handshake: number, client: ClientHello, server: ServerHello): OpenerLookup {
    if (this.#obstacle !== undefined) return 'impossible';
    const known = this.#pairs[handshake];
    if (known) return known[sender];
    if (server.version < TLS_1_0) {
      this.#obstacle = 'records of SSL 3.0 are not opened here';
      return 'impossible';
    }
    const masterSecret = this.#masterSecret(handshake, client.random);
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
    this.#pairs[handshake] = openers;
    return openers[sender];
  }

  #masterSecret(handshake: number, clientRandom: Uint8Array): Uint8Array | undefined {
    const masters = this.#masters;
    const own = masters.findLast((master) => master.clientRandom && isEqual(master.clientRandom, clientRandom));
    return (own ?? masters.findLast((master) => !master.clientRandom && master.handshake === handshake))?.secret;
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

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
