/** The key exchange messages of TLS 1.2 and earlier; their form depends on the suite. */
import type { Reader } from '../../reader.ts';
import { type CipherSuite, cipherSuite, groupName, signatureSchemeName } from '../registries.ts';
import type { DecodeContext } from '../values.ts';
import { line, type MessageRow } from './row.ts';

export interface ServerKeyExchange {
  /** Registry name of the group, where it has one. */
  readonly group?: string;
  /** What the group is, registered or not: `secp256r1`, `DH 2048 bits`. */
  readonly parameters?: string;
  /** Undefined when unsigned, and before TLS 1.2, where the key alone decides it. */
  readonly scheme?: number;
}

export const serverKeyExchange: MessageRow<ServerKeyExchange> = {
  name: 'ServerKeyExchange',
  spec: 'RFC 5246 §7.4.3',
  decode(reader, context) {
    const suite = suiteOf(context);
    if (suite?.authentication === 'PSK') reader.opaque16('psk_identity_hint');
    const parameters = readServerParameters(reader, suite);
    if (!reader.more || suite === undefined || !isSigned(suite)) return parameters;
    const scheme = (context.version ?? 0x0303) >= 0x0303 ? reader.u16('algorithm', signatureSchemeName) : undefined;
    reader.opaque16('signature');
    return { ...parameters, ...(scheme !== undefined && { scheme }) };
  },
  summary: ({ parameters, scheme }) => line(parameters, scheme !== undefined && signatureSchemeName(scheme)),
};

export const clientKeyExchange: MessageRow<string> = {
  name: 'ClientKeyExchange',
  spec: 'RFC 5246 §7.4.7',
  decode(reader, context) {
    const suite = suiteOf(context);
    if (suite?.authentication === 'PSK') reader.opaque16('psk_identity');
    switch (suite?.keyExchange) {
      case 'RSA': {
        const sealed = reader.opaque16('encrypted_pre_master_secret');
        return `pre-master secret encrypted to the server's RSA key · ${8 * sealed.length} bits`;
      }
      case 'ECDHE':
      case 'ECDH':
        return `ECDH public key · ${reader.opaque8('ecdh_Yc').length} bytes`;
      case 'DHE':
      case 'DH':
        return `DH public value · ${8 * reader.opaque16('dh_Yc').length} bits`;
      default:
        if (reader.more) reader.rest('exchange_keys');
        return suite?.keyExchange === 'PSK' ? 'pre-shared key' : 'key exchange of an unknown form';
    }
  },
  summary: (words) => words,
};

function suiteOf(context: DecodeContext): CipherSuite | undefined {
  return context.cipherSuite === undefined ? undefined : cipherSuite(context.cipherSuite);
}

function isSigned({ authentication }: CipherSuite): boolean {
  return authentication === 'RSA' || authentication === 'ECDSA' || authentication === 'DSS';
}

function readServerParameters(reader: Reader, suite: CipherSuite | undefined): ServerKeyExchange {
  switch (suite?.keyExchange) {
    case 'ECDHE':
    case 'ECDH':
      return reader.group('params', readCurve, 'RFC 8422 §5.4');
    case 'DHE':
    case 'DH':
      return reader.group('params', readFiniteField, 'RFC 5246 §7.4.3');
    default:
      if (reader.more) reader.rest('params');
      return {};
  }
}

function readCurve(reader: Reader): ServerKeyExchange {
  const type = reader.u8('curve_type', (id) => CURVE_TYPES[id] ?? `unknown (${id})`);
  if (type !== 3) {
    // Explicit curves (RFC 4492) were withdrawn; without a decoder for them the rest cannot be told apart.
    if (reader.more) reader.rest('explicit_curve_and_signature');
    return { parameters: 'explicit curve' };
  }
  const group = groupName(reader.u16('namedcurve', groupName));
  reader.opaque8('public');
  return { group, parameters: group };
}

const CURVE_TYPES: Readonly<Record<number, string>> = { 1: 'explicit_prime', 2: 'explicit_char2', 3: 'named_curve' };

function readFiniteField(reader: Reader): ServerKeyExchange {
  const p = reader.opaque16('dh_p', (bytes) => `${8 * bytes.length} bits`);
  reader.opaque16('dh_g');
  reader.opaque16('dh_Ys');
  const group = ffdheName(p);
  return { parameters: group ?? `DH ${8 * p.length} bits`, ...(group !== undefined && { group }) };
}

/** The primes of RFC 7919 start with 64 one bits and the digits of e, which no other published prime does. */
const FFDHE_START = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xad, 0xf8, 0x54, 0x58, 0xa2, 0xbb, 0x4a, 0x9a];

function ffdheName(p: Uint8Array): string | undefined {
  const bits = 8 * p.length;
  const registered = [2048, 3072, 4096, 6144, 8192].includes(bits);
  return registered && FFDHE_START.every((byte, i) => p[i] === byte) ? `ffdhe${bits}` : undefined;
}
