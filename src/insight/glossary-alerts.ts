/** The alerts of RFC 8446 §6 and of the RFCs that added some: what the sender says by each. */
import type { GlossaryEntry } from './glossary-entry.ts';

const ALERTS: readonly (readonly [term: string, text: string, spec?: string])[] = [
  ['unexpected_message', 'A message came that has no place at this point of the handshake.'],
  [
    'bad_record_mac',
    'A record did not decrypt, or was not what its sender sealed. The two sides may have different keys.',
  ],
  [
    'decryption_failed',
    'TLS 1.0: a record did not decrypt. Later versions say bad_record_mac for every such fault.',
    'RFC 5246 §7.2.2',
  ],
  ['record_overflow', 'A record was longer than the limit. What came may not be TLS at all.'],
  ['decompression_failure', 'TLS 1.2 and earlier: a compressed record could not be unpacked.', 'RFC 5246 §7.2.2'],
  [
    'handshake_failure',
    'The sender found nothing in the other side’s offer that it accepts: no common cipher suite, group or signature scheme, as a rule.',
  ],
  ['no_certificate', 'SSL 3.0: the client has no certificate to show.', 'RFC 6101 §5.4.2'],
  ['bad_certificate', 'The certificate is damaged, or its signature does not verify.'],
  ['unsupported_certificate', 'The certificate is of a kind that the sender does not take.'],
  ['certificate_revoked', 'The certificate’s CA has taken it back.'],
  ['certificate_expired', 'The certificate has ended or has not begun. A wrong clock looks the same.'],
  ['certificate_unknown', 'The certificate is not accepted, for a reason that no other alert names.'],
  ['illegal_parameter', 'A field holds a value that is not allowed there, or that contradicts another.'],
  [
    'unknown_ca',
    'The chain ends at a CA that the sender does not trust. Behind tlscope it means that the client does not know its root.',
  ],
  ['access_denied', 'The certificate or pre-shared key is valid, but its holder may not come in.'],
  ['decode_error', 'A message could not be read: a length or a value is out of range.'],
  ['decrypt_error', 'A signature, a Finished or a binder did not verify.'],
  ['export_restriction', 'TLS 1.0: a key was longer than export rules allowed then.', 'RFC 5246 §7.2.2'],
  ['protocol_version', 'The offered version is known, but not accepted.'],
  ['insufficient_security', 'The offer has nothing that is strong enough for the server.'],
  ['internal_error', 'Something went wrong within the sender that is no fault of the other side.'],
  [
    'inappropriate_fallback',
    'The client retries with an older version (TLS_FALLBACK_SCSV), and the server could do better.',
    'RFC 7507 §3',
  ],
  [
    'user_canceled',
    'The sender gives up for a reason outside the protocol. It is a warning; a close_notify is to follow.',
    'RFC 8446 §6.1',
  ],
  [
    'no_renegotiation',
    'TLS 1.2 and earlier: the sender will not renegotiate. It is a warning; the connection may go on.',
    'RFC 5246 §7.2.2',
  ],
  ['missing_extension', 'TLS 1.3: an extension that must be there is not.'],
  ['unsupported_extension', 'An answer holds an extension that was not offered, or that has no place in this message.'],
  [
    'certificate_unobtainable',
    'The server could not fetch the certificate from the address that the client gave.',
    'RFC 6066 §9',
  ],
  ['unrecognized_name', 'The server serves no site of the name in SNI.', 'RFC 6066 §3'],
  ['bad_certificate_status_response', 'The stapled OCSP response is not acceptable.', 'RFC 6066 §8'],
  [
    'bad_certificate_hash_value',
    'A certificate that was fetched by its address does not have the hash that was given.',
    'RFC 6066 §9',
  ],
  ['unknown_psk_identity', 'The server knows no pre-shared key of that name.'],
  ['certificate_required', 'TLS 1.3: the server demands a client certificate, and none came.'],
  ['general_error', 'Something failed that no other alert names.', 'RFC 9846 §6.2'],
  [
    'no_application_protocol',
    'The server speaks none of the protocols that the client offers by ALPN.',
    'RFC 7301 §3.2',
  ],
  [
    'encrypted_client_hello_required',
    'The client offered an Encrypted ClientHello and the server did not take it: the client ends this handshake, to try again with the keys that the server gave, if any.',
    'RFC 9849 §6.1.6',
  ],
];

export const ALERT_ENTRIES: readonly GlossaryEntry[] = ALERTS.map(([term, text, spec = 'RFC 8446 §6.2']) => ({
  term,
  text,
  spec,
}));
