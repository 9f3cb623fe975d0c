/** node:crypto's answer to what the TLS session needs: openers for every suite that this runtime can decrypt. */
import type { MasterKeys, OpenerFactory, RecordOpener } from '../wire/tls/opener.ts';
import { Tls12AeadOpener, Tls13Opener } from './aead.ts';
import { prf } from './key-schedule.ts';
import { CbcOpener, NullOpener } from './mac-records.ts';
import { suiteKeys } from './suites.ts';

export const nodeOpener: OpenerFactory = {
  fromTrafficSecret(cipherSuite, secret) {
    const suite = suiteKeys(cipherSuite);
    return suite?.kind === 'aead' ? new Tls13Opener(suite, secret) : undefined;
  },
  fromMasterSecret,
};

/** Cuts the key block (RFC 5246 §6.3): MAC keys, keys, IVs, the client's before the server's. */
function fromMasterSecret(keys: MasterKeys): { client: RecordOpener; server: RecordOpener } | undefined {
  const suite = suiteKeys(keys.cipherSuite);
  // SSL 3.0 has a PRF and a MAC of its own.
  if (!suite || keys.version < 0x0301) return undefined;
  const { macLength, keyLength, ivLength } = suite;
  const seed = Buffer.concat([keys.serverRandom, keys.clientRandom]);
  const length = 2 * (macLength + keyLength + ivLength);
  const block = prf(keys.version, suite.hash, keys.masterSecret, 'key expansion', seed, length);
  const cut = (start: number, size: number) => [
    block.subarray(start, start + size),
    block.subarray(start + size, start + 2 * size),
  ];
  const macKeys = cut(0, macLength);
  const cipherKeys = cut(2 * macLength, keyLength);
  const ivs = cut(2 * (macLength + keyLength), ivLength);
  const opener = (side: 0 | 1): RecordOpener => {
    const key = cipherKeys[side]!;
    const iv = ivs[side]!;
    if (suite.kind === 'aead') return new Tls12AeadOpener(suite, key, iv);
    const { version, encryptThenMac } = keys;
    const macRecord = { version, encryptThenMac, macKey: macKeys[side]!, key, iv };
    return suite.kind === 'cbc' ? new CbcOpener(suite, macRecord) : new NullOpener(suite, macRecord);
  };
  return { client: opener(0), server: opener(1) };
}
