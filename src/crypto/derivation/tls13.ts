/**
 * TLS 1.3's key schedule (RFC 8446 §7.1), top to bottom:
 *
 *     PSK or zeros ──> early secret ──> client early traffic secret
 *                           │ derived
 *     shared secret ──> handshake secret ──> client, server handshake traffic secret ──> keys, IVs, finished keys
 *                           │ derived
 *     zeros ──────────> master secret ──> application traffic secrets ──> keys, IVs; exporter, resumption
 *
 * TLS libraries log the traffic secrets only, so what stands above them is mostly told and not known.
 */
import { hash as digest } from 'node:crypto';
import type { Evidence } from '../../shared/evidence.ts';
import type { DerivationStep } from '../../shared/model.ts';
import { readClientHello, TYPE } from '../../wire/tls/messages/table.ts';
import { groupName } from '../../wire/tls/registries.ts';
import { deriveSecret, expandLabel, extract } from '../key-schedule.ts';
import { preSharedKey } from '../pre-shared-key.ts';
import { suiteKeys } from '../suites.ts';
import { type HandshakeRun, isFrom, suiteHash, transcriptHash, upTo } from '../transcript.ts';
import { DerivationChain, type Link } from './chain.ts';
import { sharedSecretSize } from './shared-secret.ts';

const KEY_SCHEDULE = 'RFC 8446 §7.1';
const TRAFFIC_KEYS = 'RFC 8446 §7.3';
const IV_LENGTH = 12;

/** What secrets are bound to, and the message it ends with. */
const SPANS = {
  /** The first, even where a HelloRetryRequest made the client send another (RFC 8446 §4.2.10). */
  hello: { name: 'ClientHello', isLast: undefined },
  hellos: { name: 'ClientHello … ServerHello', isLast: isFrom('server', TYPE.serverHello) },
  server: { name: 'ClientHello … server Finished', isLast: isFrom('server', TYPE.finished) },
  client: { name: 'ClientHello … client Finished', isLast: isFrom('client', TYPE.finished) },
} as const;

/** Rows of Derive-Secret: from a secret, with a label, over a part of the transcript, under an NSS label in key logs. */
interface Derived {
  readonly name: string;
  readonly label: string;
  readonly span?: (typeof SPANS)[keyof typeof SPANS];
  readonly logged?: string;
  /** What the keys made from it are called; none are made without. */
  readonly keys?: string;
  readonly finished?: string;
}

const FROM_EARLY: readonly Derived[] = [
  {
    name: 'client early traffic secret',
    label: 'c e traffic',
    span: SPANS.hello,
    logged: 'CLIENT_EARLY_TRAFFIC_SECRET',
    keys: 'client early',
  },
  { name: 'early exporter master secret', label: 'e exp master', span: SPANS.hello, logged: 'EARLY_EXPORTER_SECRET' },
];

const FROM_HANDSHAKE: readonly Derived[] = [
  {
    name: 'client handshake traffic secret',
    label: 'c hs traffic',
    span: SPANS.hellos,
    logged: 'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
    keys: 'client handshake',
    finished: 'client finished key',
  },
  {
    name: 'server handshake traffic secret',
    label: 's hs traffic',
    span: SPANS.hellos,
    logged: 'SERVER_HANDSHAKE_TRAFFIC_SECRET',
    keys: 'server handshake',
    finished: 'server finished key',
  },
];

const FROM_MASTER: readonly Derived[] = [
  {
    name: 'client application traffic secret 0',
    label: 'c ap traffic',
    span: SPANS.server,
    logged: 'CLIENT_TRAFFIC_SECRET_0',
    keys: 'client application',
  },
  {
    name: 'server application traffic secret 0',
    label: 's ap traffic',
    span: SPANS.server,
    logged: 'SERVER_TRAFFIC_SECRET_0',
    keys: 'server application',
  },
  { name: 'exporter master secret', label: 'exp master', span: SPANS.server, logged: 'EXPORTER_SECRET' },
  { name: 'resumption master secret', label: 'res master', span: SPANS.client },
];

/** Empty when the hash of the suite is not known. */
export function tls13Steps(run: HandshakeRun, secrets: Evidence['secrets']): DerivationStep[] {
  const hash = suiteHash(run);
  return hash === undefined ? [] : new Schedule(run, secrets, hash).steps();
}

class Schedule {
  readonly #run: HandshakeRun;
  readonly #secrets: Evidence['secrets'];
  readonly #hash: string;
  /** Bytes of the hash, and so of every secret. */
  readonly #size: number;
  readonly #chain = new DerivationChain();

  constructor(run: HandshakeRun, secrets: Evidence['secrets'], hash: string) {
    this.#run = run;
    this.#secrets = secrets;
    this.#hash = hash;
    const nothing = digest(hash, '', 'buffer');
    this.#size = nothing.length;
    this.#chain.give('""', nothing);
    this.#chain.give('zeros', new Uint8Array(nothing.length));
    for (const { name, isLast } of Object.values(SPANS)) {
      const messages = isLast ? upTo(run.messages, isLast) : run.messages.slice(0, 1);
      this.#chain.give(name, messages && transcriptHash(hash, messages));
    }
  }

  steps(): DerivationStep[] {
    const { clientHello, serverHello } = this.#run;
    const picked = serverHello?.selectedPsk;
    const hasEarlyData = clientHello?.hasEarlyData === true;
    // Early data is under the first identity; when the server takes another or none, that key leads no further.
    if (hasEarlyData && picked !== 0) {
      const offered = preSharedKey(clientHello, 0, this.#secrets);
      this.#extractFromPsk('offered pre-shared key', 'early secret of the offered key', offered);
      // Their suite is that of the earlier session, so their keys are not told.
      for (const { keys: _, ...row } of FROM_EARLY) this.#derive('early secret of the offered key', row);
    }
    if (picked === undefined) this.#extract('early secret', 'zeros', 'zeros');
    else this.#extractFromPsk('pre-shared key', 'early secret', this.#pickedPsk(picked));
    if (hasEarlyData && picked === 0) for (const row of FROM_EARLY) this.#derive('early secret', row);
    this.#derive('early secret', { name: 'derived secret of the early secret', label: 'derived' });
    this.#extract('handshake secret', 'derived secret of the early secret', this.#sharedSecret());
    for (const row of FROM_HANDSHAKE) this.#derive('handshake secret', row);
    this.#derive('handshake secret', { name: 'derived secret of the handshake secret', label: 'derived' });
    this.#extract('master secret', 'derived secret of the handshake secret', 'zeros');
    for (const row of FROM_MASTER) this.#derive('master secret', row);
    return this.#chain.steps;
  }

  /** The server's pick counts in the hello it answers, which after a HelloRetryRequest is the second. */
  #pickedPsk(picked: number): Uint8Array | undefined {
    const answered = this.#run.messages.findLast(isFrom('client', TYPE.clientHello));
    return answered && preSharedKey(readClientHello(answered.bytes), picked, this.#secrets);
  }

  #extractFromPsk(psk: string, secret: string, logged: Uint8Array | undefined): void {
    this.#chain.add({
      name: psk,
      from: ['earlier session'],
      how: 'HKDF-Expand-Label(resumption master secret of the earlier session, "resumption", ticket_nonce), or agreed on beforehand',
      spec: 'RFC 8446 §4.6.1',
      bytes: this.#size,
      logged,
    });
    this.#extract(secret, 'zeros', psk);
  }

  /** @returns The name of what the handshake secret is made from beside the early one. */
  #sharedSecret(): string {
    const group = this.#run.serverHello?.keyShareGroup;
    // A pre-shared key without a key exchange (RFC 8446 §7.1).
    if (group === undefined) return 'zeros';
    const name = groupName(group);
    this.#chain.add({
      name: 'shared secret',
      from: ['client key share', 'server key share'],
      how: `key exchange on ${name}: one side's private key with the other's share`,
      spec: 'RFC 8446 §7.4',
      bytes: sharedSecretSize(name),
    });
    return 'shared secret';
  }

  #extract(name: string, salt: string, inputKey: string): void {
    this.#chain.add({
      name,
      from: salt === inputKey ? [salt] : [salt, inputKey],
      how: `HKDF-Extract(${salt}, ${inputKey})`,
      spec: KEY_SCHEDULE,
      bytes: this.#size,
      make: (first, second = first) => extract(this.#hash, first!, second!),
    });
  }

  #derive(secret: string, { name, label, span, logged, keys, finished }: Derived): void {
    const over = span?.name ?? '""';
    this.#chain.add({
      name,
      from: [secret, over],
      how: `Derive-Secret(${secret}, "${label}", ${over})`,
      spec: KEY_SCHEDULE,
      bytes: this.#size,
      logged: logged === undefined ? undefined : this.#secrets.get(logged),
      make: (from, transcript) => deriveSecret(this.#hash, from!, label, transcript!),
    });
    const suite = suiteKeys(this.#run.serverHello?.cipherSuite ?? 0);
    if (keys !== undefined && suite) {
      this.#expand(`${keys} write key`, name, 'key', suite.keyLength, TRAFFIC_KEYS);
      this.#expand(`${keys} write IV`, name, 'iv', IV_LENGTH, TRAFFIC_KEYS);
    }
    if (finished !== undefined) this.#expand(finished, name, 'finished', this.#size, 'RFC 8446 §4.4.4');
  }

  #expand(name: string, from: string, label: string, bytes: number, spec: string): void {
    const make: Link['make'] = (secret) => expandLabel(this.#hash, secret!, label, bytes);
    this.#chain.add({
      name,
      from: [from],
      how: `HKDF-Expand-Label(${from}, "${label}", "", ${bytes})`,
      spec,
      bytes,
      make,
    });
  }
}
