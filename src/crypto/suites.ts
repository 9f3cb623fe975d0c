/** What a cipher suite asks of the runtime: cipher, lengths and hashes, worked out from the registry's words. */
import { getCipherInfo, getHashes } from 'node:crypto';
import { type CipherSuite, cipherSuite } from '../wire/tls/registries.ts';

export interface SuiteKeys {
  readonly kind: 'aead' | 'cbc' | 'null';
  /** OpenSSL's name; empty for `null`. */
  readonly cipher: string;
  readonly keyLength: number;
  /** AEAD in TLS 1.2: the part of the nonce that comes from the key block; CBC: the block size. */
  readonly ivLength: number;
  /** AEAD in TLS 1.2: nonce bytes that each record carries. */
  readonly explicitNonceLength: number;
  readonly tagLength: number;
  /** Hash of the record MAC; empty for AEAD. */
  readonly macHash: string;
  readonly macLength: number;
  /** Hash of HKDF, or of the TLS 1.2 PRF. */
  readonly hash: 'sha256' | 'sha384';
}

const MACS: Readonly<Record<string, readonly [hash: string, length: number]>> = {
  'HMAC-MD5': ['md5', 16],
  'HMAC-SHA1': ['sha1', 20],
  'HMAC-SHA256': ['sha256', 32],
  'HMAC-SHA384': ['sha384', 48],
};

/** OpenSSL's start of the cipher's name, for those it names `x-bits-mode`. */
const FAMILIES: Readonly<Record<string, string>> = { AES: 'aes', CAMELLIA: 'camellia', ARIA: 'aria' };

const known = new Map<number, SuiteKeys | undefined>();

/** Undefined when the suite or its cipher is not known to this runtime. */
export function suiteKeys(id: number): SuiteKeys | undefined {
  if (!known.has(id)) {
    const suite = cipherSuite(id);
    const keys = suite && describe(suite);
    known.set(id, keys && isAvailable(keys) ? keys : undefined);
  }
  return known.get(id);
}

function describe(suite: CipherSuite): SuiteKeys | undefined {
  const hash = suite.prf === 'SHA384' ? 'sha384' : 'sha256';
  const common = { hash, macHash: '', macLength: 0, tagLength: 0, explicitNonceLength: 0 } as const;
  if (suite.encryption === 'CHACHA20_POLY1305') {
    return { ...common, kind: 'aead', cipher: 'chacha20-poly1305', keyLength: 32, ivLength: 12, tagLength: 16 };
  }
  const family = FAMILIES[suite.encryption];
  if (family && (suite.mode === 'GCM' || suite.mode === 'CCM')) {
    return {
      ...common,
      kind: 'aead',
      cipher: `${family}-${suite.keyBits}-${suite.mode.toLowerCase()}`,
      keyLength: suite.keyBits / 8,
      ivLength: 4,
      explicitNonceLength: 8,
      tagLength: /_CCM_8(_|$)/.test(suite.name) ? 8 : 16,
    };
  }
  const [macHash, macLength] = MACS[suite.mac] ?? [];
  if (macHash === undefined || macLength === undefined) return undefined;
  const mac = { ...common, macHash, macLength };
  if (suite.encryption === 'NULL') return { ...mac, kind: 'null', cipher: '', keyLength: 0, ivLength: 0 };
  if (suite.mode !== 'CBC' || suite.name.includes('_EXPORT_')) return undefined;
  if (family) {
    const cipher = `${family}-${suite.keyBits}-cbc`;
    return { ...mac, kind: 'cbc', cipher, keyLength: suite.keyBits / 8, ivLength: 16 };
  }
  // 168 bits of key in 24 bytes: DES keeps parity in the rest.
  if (suite.encryption === '3DES') return { ...mac, kind: 'cbc', cipher: 'des-ede3-cbc', keyLength: 24, ivLength: 8 };
  return undefined;
}

function isAvailable({ cipher, macHash }: SuiteKeys): boolean {
  return (cipher === '' || getCipherInfo(cipher) !== undefined) && (macHash === '' || getHashes().includes(macHash));
}
