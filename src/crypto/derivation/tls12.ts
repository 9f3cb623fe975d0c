/** TLS 1.0 to 1.2: pre-master secret, master secret, key block, and the keys cut from it (RFC 5246 §6.3, §8.1). */
import type { Evidence } from '../../shared/evidence.ts';
import type { DerivationStep, TlsRole } from '../../shared/model.ts';
import { TYPE } from '../../wire/tls/messages/table.ts';
import { prf } from '../key-schedule.ts';
import { type SuiteKeys, suiteKeys } from '../suites.ts';
import { type HandshakeRun, isFrom, suiteHash, transcriptHash, transcriptHashName, upTo } from '../transcript.ts';
import { masterOf, VERIFY_DATA_LENGTH } from '../verify-data.ts';
import { DerivationChain, type Link } from './chain.ts';
import { lacksServerShare, PRE_MASTER_SECRET, preMasterSecret } from './pre-master.ts';

const RFCS: Readonly<Record<number, string>> = { 769: 'RFC 2246', 770: 'RFC 4346', 771: 'RFC 5246' };
const MASTER_SECRET = 'master secret';
const MASTER_SECRET_LENGTH = 48;
const KEY_BLOCK = 'key block';
const SESSION_HASH = 'session hash';

/** Empty for other versions. */
export function tls12Steps(run: HandshakeRun, secrets: Evidence['secrets']): DerivationStep[] {
  const { clientHello, serverHello } = run;
  const rfc = serverHello && RFCS[serverHello.version];
  const transcriptName = transcriptHashName(run);
  if (!serverHello || rfc === undefined || transcriptName === undefined) return [];
  // Without the server's share nothing is known of what the secrets were to be made of.
  if (!run.resumed && lacksServerShare(run)) return [];
  const chain = new DerivationChain();
  chain.give('client random', clientHello?.random);
  chain.give('server random', serverHello.random);
  const usePrf = (secret: Uint8Array, label: string, seed: Uint8Array, length: number) =>
    prf(serverHello.version, suiteHash(run) ?? transcriptName, secret, label, seed, length);

  if (!run.resumed) chain.add(preMasterSecret(run));
  chain.add({ ...masterSecret(run, rfc), logged: masterOf(run, secrets) });

  const suite = suiteKeys(serverHello.cipherSuite);
  if (suite) {
    const parts = keyBlockParts(suite, serverHello.version);
    const length = 2 * parts.reduce((sum, { bytes }) => sum + bytes, 0);
    if (length > 0) chain.add(keyBlock(rfc, length, usePrf));
    for (const link of cut(parts, rfc)) chain.add(link);
  }
  // In the order in which the two were sent.
  const senders: readonly TlsRole[] = run.resumed ? ['server', 'client'] : ['client', 'server'];
  for (const sender of senders) {
    const covered = `messages before the ${sender}'s Finished`;
    const messages = upTo(run.messages, isFrom(sender, TYPE.finished))?.slice(0, -1);
    chain.give(covered, messages && transcriptHash(transcriptName, messages));
    chain.add({
      name: `${sender} verify_data`,
      from: [MASTER_SECRET, covered],
      how: `PRF(${MASTER_SECRET}, "${sender} finished", Hash(${covered}))`,
      spec: `${rfc} §7.4.9`,
      bytes: VERIFY_DATA_LENGTH,
      make: (master, hash) => usePrf(master!, `${sender} finished`, hash!, VERIFY_DATA_LENGTH),
    });
  }
  return chain.steps;
}

function masterSecret(run: HandshakeRun, rfc: string): Link {
  const common = { name: MASTER_SECRET, bytes: MASTER_SECRET_LENGTH };
  if (run.resumed) {
    const byTicket = run.clientHello?.hasTicket;
    const kept = byTicket
      ? "handed back to the server in the client's ticket"
      : 'kept by both sides under the session id';
    const spec = byTicket ? 'RFC 5077 §3.1' : `${rfc} §7.3`;
    return { ...common, from: ['earlier session'], how: `the master secret of the earlier session, ${kept}`, spec };
  }
  if (run.serverHello?.extendedMasterSecret) {
    return {
      ...common,
      from: [PRE_MASTER_SECRET, SESSION_HASH],
      how: `PRF(${PRE_MASTER_SECRET}, "extended master secret", Hash(messages up to ClientKeyExchange))`,
      spec: 'RFC 7627 §4',
    };
  }
  return {
    ...common,
    from: [PRE_MASTER_SECRET, 'client random', 'server random'],
    how: `PRF(${PRE_MASTER_SECRET}, "master secret", client random + server random)`,
    spec: `${rfc} §8.1`,
  };
}

type Prf = (secret: Uint8Array, label: string, seed: Uint8Array, length: number) => Uint8Array;

function keyBlock(rfc: string, length: number, usePrf: Prf): Link {
  return {
    name: KEY_BLOCK,
    from: [MASTER_SECRET, 'server random', 'client random'],
    how: `PRF(${MASTER_SECRET}, "key expansion", server random + client random)`,
    spec: `${rfc} §6.3`,
    bytes: length,
    make: (master, server, client) => usePrf(master!, 'key expansion', Buffer.concat([server!, client!]), length),
  };
}

interface Part {
  readonly name: string;
  /** Of either side's. */
  readonly bytes: number;
  readonly note?: string;
}

/** What the key block holds, in order, for either side; without what the suite has not. */
function keyBlockParts(
  { kind, macLength, keyLength, ivLength, explicitNonceLength }: SuiteKeys,
  version: number,
): Part[] {
  const nonce =
    explicitNonceLength > 0 ? 'the fixed start of the nonce' : 'combined with the record number to the nonce';
  // Since TLS 1.1 each CBC record brings its IV (RFC 4346 §6.2.3.2).
  const chained = kind === 'cbc' && version <= 0x0301;
  const parts: Part[] = [
    { name: 'write MAC key', bytes: macLength },
    { name: 'write key', bytes: keyLength },
    kind === 'aead'
      ? { name: 'write IV', bytes: ivLength, note: nonce }
      : { name: 'write IV', bytes: chained ? ivLength : 0, note: 'for the first record' },
  ];
  return parts.filter(({ bytes }) => bytes > 0);
}

function cut(parts: readonly Part[], rfc: string): Link[] {
  let start = 0;
  return parts.flatMap(({ name, bytes, note }) =>
    (['client', 'server'] as const).map((sender): Link => {
      const [from, to] = [start, start + bytes];
      start = to;
      return {
        name: `${sender} ${name}`,
        from: [KEY_BLOCK],
        how: `bytes ${from + 1} to ${to} of the ${KEY_BLOCK}${note === undefined ? '' : `, ${note}`}`,
        spec: `${rfc} §6.3`,
        bytes,
        make: (block) => block!.subarray(from, to),
      };
    }),
  );
}
