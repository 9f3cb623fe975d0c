/**
 * The TLS that every leg of every subject speaks, so that what differs between subjects is the subject.
 *
 * One version, one suite, one group, one key type: TLS 1.3, TLS_AES_128_GCM_SHA256, X25519 (or what `--group` names),
 * ECDSA P-256 certificates directly under a root. Each connection is a full handshake: the client offers no ticket and
 * every server is told to issue none that Node lets it withhold.
 */
import { constants } from 'node:crypto';

export const DEFAULT_GROUP = 'X25519';

/** Options for a `SecureContext` on either side of a leg. */
export function tlsSetting(group: string) {
  return {
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    ciphers: 'TLS_AES_128_GCM_SHA256',
    ecdhCurve: group,
    // The root of an interception proxy may be of another kind than the origin's.
    sigalgs: 'ecdsa_secp256r1_sha256:rsa_pss_rsae_sha256:rsa_pkcs1_sha256',
    secureOptions: constants.SSL_OP_NO_TICKET,
  } as const;
}

/** The name that clients send as SNI; the origin's certificate is for it and for 127.0.0.1. */
export const SERVER_NAME = 'localhost';
