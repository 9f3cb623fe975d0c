/** Named curves of EC keys, with the bits of their fields: what their strength is counted in. */

interface Curve {
  /** NIST's where it has one. */
  readonly name: string;
  readonly bits: number;
}

/** By dotted identifier: ANSI X9.62, SEC 2, RFC 5639 and GM/T 0006. */
const CURVES: Readonly<Record<string, readonly [name: string, bits: number]>> = {
  // ANSI X9.62
  '1.2.840.10045.3.1.1': ['P-192', 192],
  '1.2.840.10045.3.1.2': ['prime192v2', 192],
  '1.2.840.10045.3.1.3': ['prime192v3', 192],
  '1.2.840.10045.3.1.4': ['prime239v1', 239],
  '1.2.840.10045.3.1.5': ['prime239v2', 239],
  '1.2.840.10045.3.1.6': ['prime239v3', 239],
  '1.2.840.10045.3.1.7': ['P-256', 256],
  // SEC 2
  '1.3.132.0.1': ['sect163k1', 163],
  '1.3.132.0.2': ['sect163r1', 163],
  '1.3.132.0.3': ['sect239k1', 239],
  '1.3.132.0.4': ['sect113r1', 113],
  '1.3.132.0.5': ['sect113r2', 113],
  '1.3.132.0.6': ['secp112r1', 112],
  '1.3.132.0.7': ['secp112r2', 112],
  '1.3.132.0.8': ['secp160r1', 160],
  '1.3.132.0.9': ['secp160k1', 160],
  '1.3.132.0.10': ['secp256k1', 256],
  '1.3.132.0.15': ['sect163r2', 163],
  '1.3.132.0.16': ['sect283k1', 283],
  '1.3.132.0.17': ['sect283r1', 283],
  '1.3.132.0.22': ['sect131r1', 131],
  '1.3.132.0.23': ['sect131r2', 131],
  '1.3.132.0.24': ['sect193r1', 193],
  '1.3.132.0.25': ['sect193r2', 193],
  '1.3.132.0.26': ['sect233k1', 233],
  '1.3.132.0.27': ['sect233r1', 233],
  '1.3.132.0.28': ['secp128r1', 128],
  '1.3.132.0.29': ['secp128r2', 128],
  '1.3.132.0.30': ['secp160r2', 160],
  '1.3.132.0.31': ['secp192k1', 192],
  '1.3.132.0.32': ['secp224k1', 224],
  '1.3.132.0.33': ['P-224', 224],
  '1.3.132.0.34': ['P-384', 384],
  '1.3.132.0.35': ['P-521', 521],
  '1.3.132.0.36': ['sect409k1', 409],
  '1.3.132.0.37': ['sect409r1', 409],
  '1.3.132.0.38': ['sect571k1', 571],
  '1.3.132.0.39': ['sect571r1', 571],
  // RFC 5639
  '1.3.36.3.3.2.8.1.1.1': ['brainpoolP160r1', 160],
  '1.3.36.3.3.2.8.1.1.2': ['brainpoolP160t1', 160],
  '1.3.36.3.3.2.8.1.1.3': ['brainpoolP192r1', 192],
  '1.3.36.3.3.2.8.1.1.4': ['brainpoolP192t1', 192],
  '1.3.36.3.3.2.8.1.1.5': ['brainpoolP224r1', 224],
  '1.3.36.3.3.2.8.1.1.6': ['brainpoolP224t1', 224],
  '1.3.36.3.3.2.8.1.1.7': ['brainpoolP256r1', 256],
  '1.3.36.3.3.2.8.1.1.8': ['brainpoolP256t1', 256],
  '1.3.36.3.3.2.8.1.1.9': ['brainpoolP320r1', 320],
  '1.3.36.3.3.2.8.1.1.10': ['brainpoolP320t1', 320],
  '1.3.36.3.3.2.8.1.1.11': ['brainpoolP384r1', 384],
  '1.3.36.3.3.2.8.1.1.12': ['brainpoolP384t1', 384],
  '1.3.36.3.3.2.8.1.1.13': ['brainpoolP512r1', 512],
  '1.3.36.3.3.2.8.1.1.14': ['brainpoolP512t1', 512],
  // GM/T 0006
  '1.2.156.10197.1.301': ['sm2p256v1', 256],
};

/** Undefined for an identifier that names no curve of these. Safe for names that objects inherit. */
export function namedCurve(oid: string | undefined): Curve | undefined {
  const row = oid !== undefined && Object.hasOwn(CURVES, oid) ? CURVES[oid] : undefined;
  return row && { name: row[0], bits: row[1] };
}
