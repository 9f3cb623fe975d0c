/** The key exchange messages of TLS 1.2 and earlier; their form depends on the suite. */

import type { Reader } from '../../reader.ts';
import { byteCount } from '../extensions/facts.ts';
import { type CipherSuite, cipherSuite, signatureSchemeName } from '../registries.ts';
import type { DecodeContext, ServerKeyExchange } from '../values.ts';
import * as parameters from './key-parameters.ts';
import { line, type MessageRow } from './row.ts';

export const serverKeyExchange: MessageRow<ServerKeyExchange> = {
  name: 'ServerKeyExchange',
  spec: 'RFC 5246 §7.4.3',
  decode(reader, context) {
    const suite = suiteOf(context);
    const hint =
      suite?.authentication === 'PSK'
        ? { pskHint: reader.opaque16('psk_identity_hint', parameters.identityWords) }
        : undefined;
    const start = reader.position;
    const body = reader.peek();
    const { whole, ...found } = readServerParameters(reader, suite);
    if (!whole || suite === undefined || !isSigned(suite)) return { ...found, ...hint };
    const signedParams = body.subarray(0, reader.position - start);
    const scheme = isTls12(context) ? reader.u16('algorithm', signatureSchemeName) : undefined;
    const signature = reader.opaque16('signature', byteCount);
    return { ...found, signedParams, signature, ...(scheme !== undefined && { scheme }) };
  },
  summary({ parameters: words, scheme, pskHint }, context) {
    const suite = suiteOf(context);
    const unsigned = suite !== undefined && !isSigned(suite) && words !== undefined;
    return line(
      words,
      scheme !== undefined && signatureSchemeName(scheme),
      unsigned && 'unsigned',
      pskHint && (pskHint.length === 0 ? 'no identity hint' : `identity hint ${identityText(pskHint)}`),
    );
  },
};

export const clientKeyExchange: MessageRow<string> = {
  name: 'ClientKeyExchange',
  spec: 'RFC 5246 §7.4.7',
  decode(reader, context) {
    const suite = suiteOf(context);
    if (suite?.authentication !== 'PSK') return readClientShare(reader, suite, context);
    const identity = identityText(reader.opaque16('psk_identity', parameters.identityWords));
    const key = `pre-shared key of ${identity}`;
    return suite.keyExchange === 'PSK' ? key : `${readClientShare(reader, suite, context)} · ${key}`;
  },
  summary: (words) => words,
};

function suiteOf(context: DecodeContext): CipherSuite | undefined {
  return context.cipherSuite === undefined ? undefined : cipherSuite(context.cipherSuite);
}

function isTls12({ version = 0x0303 }: DecodeContext): boolean {
  return version >= 0x0303;
}

/** Anonymous suites and those that prove themselves by a shared key or password alone sign nothing. */
function isSigned({ authentication }: CipherSuite): boolean {
  return /^(SRP\+)?(RSA|ECDSA|DSS)$/.test(authentication);
}

function readServerParameters(reader: Reader, suite: CipherSuite | undefined): parameters.ServerParameters {
  switch (suite?.keyExchange) {
    case 'ECDHE':
    case 'ECDH':
      return reader.group('params', parameters.readCurve, 'RFC 8422 §5.4');
    case 'DHE':
    case 'DH':
      return reader.group('params', parameters.readFiniteField, 'RFC 5246 §7.4.3');
    case 'SRP':
      return reader.group('params', parameters.readSrp, 'RFC 5054 §2.5.3');
    case 'ECCPWD':
      return reader.group('params', parameters.readPassword, 'RFC 8492 §4.5.1');
    case 'RSA':
      // With a pre-shared key the hint is all of it.
      if (suite.authentication === 'PSK') return { whole: true };
      // Only the export suites have one, with a key short enough for their time's law.
      return reader.group('params', parameters.readTemporaryRsa, 'RFC 2246 §7.4.3');
    case 'PSK':
      return { whole: true };
    default:
      if (reader.more) reader.rest('params');
      return { whole: false };
  }
}

/** What the client gives for the secret, in words. */
function readClientShare(reader: Reader, suite: CipherSuite | undefined, { version }: DecodeContext): string {
  switch (suite?.keyExchange) {
    case 'RSA': {
      // SSL 3.0 sends no length (RFC 6101 §5.6.7.1; RFC 5246 §7.4.7.1 tells of it).
      const sealed =
        version === 0x0300
          ? reader.rest('encrypted_pre_master_secret')
          : reader.opaque16('encrypted_pre_master_secret', byteCount);
      return `pre-master secret encrypted to the server's RSA key · ${8 * sealed.length} bits`;
    }
    case 'ECDHE':
    case 'ECDH':
      return reader.more
        ? `ECDH public key · ${reader.opaque8('ecdh_Yc', byteCount).length} bytes`
        : "ECDH public key in the client's certificate";
    case 'DHE':
    case 'DH':
      return reader.more
        ? `DH public value · ${8 * reader.opaque16('dh_Yc', byteCount).length} bits`
        : "DH public value in the client's certificate";
    case 'SRP':
      return `SRP public value · ${8 * reader.opaque16('srp_A', byteCount).length} bits`;
    case 'ECCPWD': {
      const element = reader.opaque8('element', byteCount);
      reader.opaque8('scalar', byteCount);
      return `password-authenticated key exchange · element of ${byteCount(element)}`;
    }
    default:
      if (reader.more) reader.rest('exchange_keys');
      return UNREAD[suite?.name.match(/^TLS_(GOST|KRB5)/)?.[1] ?? ''] ?? 'key exchange of an unknown form';
  }
}

/** Exchanges whose bytes are kept unread. */
const UNREAD: Readonly<Record<string, string>> = {
  GOST: 'GOST key transport (RFC 9189 §4.2.4)',
  KRB5: 'Kerberos ticket (RFC 2712 §3)',
};

function identityText(identity: Uint8Array): string {
  return parameters.identityWords(identity) ?? `${identity.length} bytes`;
}
