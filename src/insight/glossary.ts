/** What the words of the dashboard mean: a sentence or two each, and where they are defined. */

import { ALERT_ENTRIES } from './glossary-alerts.ts';
import type { GlossaryEntry } from './glossary-entry.ts';
import { EXTENSION_ENTRIES } from './glossary-extensions.ts';
import { FIELD_ENTRIES } from './glossary-fields.ts';

export type { GlossaryEntry } from './glossary-entry.ts';

export const GLOSSARY: readonly GlossaryEntry[] = [
  // Messages
  {
    term: 'ClientHello',
    text: 'The client’s first message: the versions, cipher suites, groups and signature schemes it accepts, best first, the server name it wants, and 32 random bytes.',
    spec: 'RFC 8446 §4.1.2',
  },
  {
    term: 'ClientHello (SSLv2)',
    text: 'A ClientHello in the framing of SSL 2.0, as old clients sent it to servers that might know nothing newer. It has no extensions.',
    spec: 'RFC 5246 appendix E.2',
  },
  {
    term: 'ServerHello',
    text: 'The server’s choice from the offer: version and cipher suite, and in TLS 1.3 its key share.',
    spec: 'RFC 8446 §4.1.3',
  },
  {
    term: 'HelloRetryRequest',
    text: 'A ServerHello with a fixed random value that says: send another ClientHello, with a key share for this group or with this cookie. It costs one round trip.',
    spec: 'RFC 8446 §4.1.4',
  },
  {
    term: 'EncryptedExtensions',
    text: 'TLS 1.3: the first encrypted message. It holds the server’s answers that need not be public, such as the application protocol.',
    spec: 'RFC 8446 §4.3.1',
  },
  {
    term: 'Certificate',
    text: 'A chain of X.509 certificates, the sender’s own first. In TLS 1.2 it crosses the wire in clear, in TLS 1.3 encrypted.',
    spec: 'RFC 8446 §4.4.2',
  },
  {
    term: 'CompressedCertificate',
    text: 'TLS 1.3: a Certificate message compressed with zlib, Brotli or Zstandard, for a peer that said it can unpack it.',
    spec: 'RFC 8879 §4',
  },
  {
    term: 'CertificateRequest',
    text: 'The server asks the client for a certificate of its own (mutual TLS). The client may answer with an empty one; whether that is enough is the server’s decision.',
    spec: 'RFC 8446 §4.3.2',
  },
  {
    term: 'CertificateVerify',
    text: 'A signature over the handshake so far with the key of the sender’s certificate: it proves that the sender holds the key. TLS 1.2 has it for clients only.',
    spec: 'RFC 8446 §4.4.3',
  },
  {
    term: 'CertificateStatus',
    text: 'TLS 1.2: the OCSP response for the server’s certificate, stapled to the handshake. TLS 1.3 carries it inside the Certificate message.',
    spec: 'RFC 6066 §8',
  },
  {
    term: 'ServerKeyExchange',
    text: 'TLS 1.2 and earlier, with (EC)DHE: the server’s public share, signed with the certificate’s key. TLS 1.3 moved the share into ServerHello.',
    spec: 'RFC 5246 §7.4.3',
  },
  {
    term: 'ServerHelloDone',
    text: 'TLS 1.2 and earlier: an empty message that ends the server’s turn.',
    spec: 'RFC 5246 §7.4.5',
  },
  {
    term: 'ClientKeyExchange',
    text: 'TLS 1.2 and earlier: the client’s public share, or with RSA key exchange the pre-master secret encrypted to the server’s key. TLS 1.3 moved the share into ClientHello.',
    spec: 'RFC 5246 §7.4.7',
  },
  {
    term: 'ChangeCipherSpec',
    text: 'TLS 1.2 and earlier: one byte that says «from here on with the new keys». In TLS 1.3 it does nothing and is sent for middleboxes alone.',
    spec: 'RFC 5246 §7.1, RFC 8446 appendix D.4',
  },
  {
    term: 'Finished',
    also: ['verify_data'],
    text: 'Each side’s last word in the handshake: a keyed hash over all its messages so far. It fits only if both sides saw the same messages and have the same keys.',
    spec: 'RFC 8446 §4.4.4',
  },
  {
    term: 'NewSessionTicket',
    also: ['session ticket', 'session tickets', 'session_ticket', 'no-ticket'],
    text: 'What a client needs to resume this session later without a certificate being shown again.',
    spec: 'RFC 8446 §4.6.1, RFC 5077',
  },
  {
    term: 'EndOfEarlyData',
    text: 'TLS 1.3: the client’s mark that no more early data follows.',
    spec: 'RFC 8446 §4.5',
  },
  {
    term: 'KeyUpdate',
    text: 'TLS 1.3: the sender moves on to its next application traffic key, and may ask the other side to do so too.',
    spec: 'RFC 8446 §4.6.3',
  },
  {
    term: 'HelloRequest',
    text: 'TLS 1.2 and earlier: the server asks for a renegotiation. The client may begin one, or say no with the alert no_renegotiation.',
    spec: 'RFC 5246 §7.4.1.1',
  },
  {
    term: 'renegotiation',
    also: ['renegotiated'],
    text: 'TLS 1.2 and earlier: a whole new handshake inside a connection, under its keys. TLS 1.3 has none; KeyUpdate and post-handshake authentication took its place.',
    spec: 'RFC 5246 §7.4.1, RFC 5746',
  },
  {
    term: 'post-handshake authentication',
    also: ['post_handshake_auth'],
    text: 'TLS 1.3: the server asks for the client’s certificate after the handshake, if the client said that it may.',
    spec: 'RFC 8446 §4.6.2',
  },
  {
    term: 'alert',
    text: 'A message that ends or warns: a level and a reason with a number. In TLS 1.3 every alert but close_notify and user_canceled is fatal.',
    spec: 'RFC 8446 §6',
  },
  // Negotiation
  {
    term: 'cipher suite',
    text: 'The algorithms that protect the data. Up to TLS 1.2 a suite also names the key exchange and the kind of certificate; in TLS 1.3 only cipher and hash.',
    spec: 'RFC 8446 appendix B.4',
  },
  {
    term: 'key exchange group',
    also: ['supported_groups', 'named group', 'curve', 'groups', 'post-quantum-not-chosen'],
    text: 'The mathematical group of the Diffie-Hellman exchange, such as x25519, or a hybrid with a post-quantum KEM, such as X25519MLKEM768.',
    spec: 'RFC 8446 §4.2.7',
  },
  {
    term: 'key share',
    also: ['key_share', 'key shares sent'],
    text: 'TLS 1.3: a public (EC)DHE value sent along with the hello, so that the secret is there after one round trip.',
    spec: 'RFC 8446 §4.2.8',
  },
  {
    term: 'signature scheme',
    also: ['signature_algorithms', 'signature schemes offered', 'supported_signature_algorithms', 'signature_scheme'],
    text: 'Key type, padding or curve, and hash of a signature under one name, such as ecdsa_secp256r1_sha256. The client lists those it can verify.',
    spec: 'RFC 8446 §4.2.3',
  },
  {
    term: 'SNI',
    also: ['server_name', 'server name', 'server_name_list'],
    text: 'The host name that the client asks for, sent in clear in the ClientHello so that one address can serve many names.',
    spec: 'RFC 6066 §3',
  },
  {
    term: 'ALPN',
    also: [
      'application_layer_protocol_negotiation',
      'application protocol',
      'protocols offered',
      'protocol_name_list',
      'protocol_name',
    ],
    text: 'The client lists the application protocols it speaks (h2, http/1.1), the server selects one.',
    spec: 'RFC 7301',
  },
  {
    term: 'GREASE',
    text: 'Reserved values that a client mixes into its offer at random and that mean nothing: servers that choke on unknown values are found early.',
    spec: 'RFC 8701',
  },
  {
    term: 'SCSV',
    text: 'A cipher suite number that is a signal: secure renegotiation is understood (0x00ff), or this hello is a downgraded retry (0x5600).',
    spec: 'RFC 5746 §3.3, RFC 7507',
  },
  {
    term: 'secure renegotiation',
    also: ['renegotiation_info', 'renegotiation-info-missing', 'no-secure-renegotiation-offered'],
    text: 'Ties a renegotiation to the handshake before it, so that nobody can put a beginning of their own before a client’s words.',
    spec: 'RFC 5746',
  },
  {
    term: 'encrypt-then-MAC',
    also: ['encrypt_then_mac', 'mac-then-encrypt'],
    text: 'CBC suites up to TLS 1.2: the keyed hash covers the encrypted bytes and not the plain ones, which closes padding oracles such as Lucky 13.',
    spec: 'RFC 7366',
  },
  {
    term: 'record size limit',
    also: ['record_size_limit'],
    text: 'The longest record a side accepts. Small devices use it to save memory.',
    spec: 'RFC 8449',
  },
  {
    term: 'ECH',
    also: ['encrypted_client_hello'],
    text: 'Encrypted ClientHello: the real hello with the server name is sealed inside an outer one that anybody may read.',
    spec: 'RFC 9849',
  },
  // Secrets
  {
    term: 'ECDHE',
    also: ['DHE', 'Diffie-Hellman'],
    text: 'Each side sends a public share made for this connection alone; together with one’s own private one the other’s gives both the same secret, which never crosses the wire.',
    spec: 'RFC 8446 §7.4, RFC 8422',
  },
  {
    term: 'RSA key exchange',
    text: 'Up to TLS 1.2: the client encrypts the pre-master secret to the certificate’s RSA key. No forward secrecy; removed from TLS 1.3.',
    spec: 'RFC 5246 §7.4.7.1',
  },
  {
    term: 'forward secrecy',
    also: ['no-forward-secrecy'],
    text: 'A recording cannot be opened later with the server’s long-term key, because the secret was made of values that both sides threw away.',
    spec: 'RFC 8446 §1.2, appendix E.1',
  },
  {
    term: 'pre-master secret',
    text: 'TLS 1.2 and earlier: what the key exchange yields. With both random values it becomes the master secret.',
    spec: 'RFC 5246 §8.1',
  },
  {
    term: 'master secret',
    text: 'TLS 1.2 and earlier: 48 bytes from which all keys of the session are made. In TLS 1.3 the last stage of the key schedule has this name.',
    spec: 'RFC 5246 §8.1, RFC 8446 §7.1',
  },
  {
    term: 'key derivation',
    also: ['key schedule', 'HKDF', 'PRF'],
    text: 'The way from the first secret to the keys of the records. TLS 1.2: pre-master, master, key block. TLS 1.3: early, handshake and master secret, each with traffic secrets of its own.',
    spec: 'RFC 5246 §8.1, RFC 8446 §7.1',
  },
  {
    term: 'extended master secret',
    also: ['extended_master_secret', 'no-extended-master-secret'],
    text: 'The master secret is bound to every handshake message before it, not only to the random values, which closes the triple handshake attack.',
    spec: 'RFC 7627',
  },
  {
    term: 'pre-shared key',
    also: ['PSK', 'pre_shared_key'],
    text: 'A key both sides have before the handshake. In TLS 1.3 resumption is one: the key comes from the earlier session.',
    spec: 'RFC 8446 §2.2',
  },
  {
    term: 'binder',
    also: ['psk_binder', 'PSK binder'],
    text: 'A keyed hash at the end of the ClientHello that proves that the client holds the pre-shared key it names. It covers the hello up to itself.',
    spec: 'RFC 8446 §4.2.11.2',
  },
  {
    term: 'resumption',
    also: ['resumed', 'session'],
    text: 'A handshake that builds on an earlier session and shows no certificate again.',
    spec: 'RFC 8446 §2.2, RFC 5246 §7.3',
  },
  {
    term: 'early data',
    also: ['0-RTT', 'early_data'],
    text: 'TLS 1.3: application data sent along with the first ClientHello of a resumption. It can be replayed by an attacker.',
    spec: 'RFC 8446 §2.3',
  },
  {
    term: 'key log',
    also: ['SSLKEYLOGFILE'],
    text: 'The session’s secrets in a text format that tools such as Wireshark read to open a recording.',
    spec: 'RFC 9850',
  },
  {
    term: 'eavesdropper',
    text: 'Somebody who only listens: who has all records with their types, lengths and times, but none of the keys.',
    spec: 'RFC 3552 §3.2',
  },
  // Certificates
  {
    term: 'chain',
    also: ['certificate chain'],
    text: 'The server’s certificate and those of the CAs above it, each signed by the next. It is trusted if it ends at a root the client trusts.',
    spec: 'RFC 5280 §6',
  },
  {
    term: 'root CA',
    also: ['trust anchor'],
    text: 'A CA whose certificate is trusted because it is installed, not because anybody signed it. tlscope signs with one of its own.',
    spec: 'RFC 5280 §6.1.1',
  },
  {
    term: 'intermediate CA',
    also: ['missing intermediate', 'missing-intermediate'],
    text: 'A CA between root and server certificate. The server must send its certificate along: most clients do not fetch it.',
    spec: 'RFC 5280 §6',
  },
  {
    term: 'self-signed',
    also: ['self-signed certificate'],
    text: 'A certificate signed with its own key. It proves nothing to anybody who does not trust this very one.',
    spec: 'RFC 5280 §3.2',
  },
  {
    term: 'revocation',
    also: ['revoked', 'CRL'],
    text: 'A CA takes back a certificate before it ends. Clients learn it by OCSP, by lists (CRL), or by lists of their own makers.',
    spec: 'RFC 5280 §3.3',
  },
  {
    term: 'SAN',
    also: ['subjectAltName', 'names'],
    text: 'The names a certificate is for. Clients check the host name against these and no longer against the common name.',
    spec: 'RFC 5280 §4.2.1.6, RFC 9525',
  },
  {
    term: 'wrong name',
    also: ['wrong-name'],
    text: 'The certificate holds no name that fits the host asked for. A wildcard stands for one label alone.',
    spec: 'RFC 9525 §6',
  },
  {
    term: 'SPKI',
    also: ['subjectPublicKeyInfo', 'SPKI SHA-256'],
    text: 'The public key with its algorithm, as it stands in a certificate. Its SHA-256 is what key pinning compares.',
    spec: 'RFC 5280 §4.1.2.7, RFC 7469 §2.4',
  },
  {
    term: 'pinning',
    text: 'A client that accepts only a certificate or key it knows beforehand. Such a client cannot be inspected by a proxy.',
    spec: 'RFC 7469',
  },
  {
    term: 'SCT',
    also: [
      'signed certificate timestamp',
      'signed_certificate_timestamp',
      'certificate timestamps (SCT)',
      'timestamps',
      'no-sct',
    ],
    text: 'A public log’s promise to list the certificate within a day or so (Certificate Transparency).',
    spec: 'RFC 6962',
  },
  {
    term: 'OCSP stapling',
    also: ['status_request', 'OCSP staple'],
    text: 'The server sends along the CA’s recent statement that the certificate is not revoked.',
    spec: 'RFC 6066 §8, RFC 6960',
  },
  // The wire
  {
    term: 'record',
    text: 'The envelope on the wire: a content type, a version, a length and up to 16 KiB. Messages may share records or span several.',
    spec: 'RFC 8446 §5.1',
  },
  {
    term: 'epoch',
    text: 'Which keys protect a record: none, those for early data, for the handshake, or for the application.',
    spec: 'RFC 8446 §7.3',
  },
  {
    term: 'transcript',
    also: ['transcript hash'],
    text: 'All handshake messages so far, in order. Finished, CertificateVerify and binders are computed over its hash.',
    spec: 'RFC 8446 §4.4.1',
  },
  {
    term: 'close_notify',
    text: 'The alert that ends a direction in order. Without it a cut connection cannot be told from a finished one.',
    spec: 'RFC 8446 §6.1',
  },
  // Fingerprints
  {
    term: 'JA3',
    also: ['JA3 string'],
    text: 'MD5 of version, cipher suites, extensions, groups and point formats of a ClientHello, in their order: a name for the kind of client.',
    spec: 'salesforce/ja3',
  },
  {
    term: 'JA3S',
    also: ['JA3S string'],
    text: 'MD5 of version, cipher suite and extensions of a ServerHello: how this server answers this client.',
    spec: 'salesforce/ja3',
  },
  {
    term: 'JA4',
    text: 'A fingerprint of the ClientHello with a part that people can read and two hashes over sorted lists, so that shuffled extensions do not change it.',
    spec: 'FoxIO, JA4.md',
  },
  {
    term: 'JA4_r',
    also: ['JA4 raw'],
    text: 'JA4 before its lists are hashed, sorted.',
    spec: 'FoxIO, JA4.md',
  },
  {
    term: 'JA4_ro',
    also: ['JA4 raw, original order'],
    text: 'The lists of JA4 before they are hashed, in the order they stand in the hello, server_name and ALPN among them.',
    spec: 'FoxIO, JA4.md',
  },
  // tlscope's own
  {
    term: 'leg',
    text: 'One of the two TLS connections of an intercepted one: the client leg, where tlscope is the server, and the server leg, where it is the client.',
    spec: 'tlscope',
  },
  {
    term: 'mirrored',
    also: ['not mirrored', 'offer-not-mirrored'],
    text: 'The server leg’s ClientHello repeats the client’s, so that the server answers tlscope as it would have answered the client.',
    spec: 'tlscope',
  },
  {
    term: 'check',
    also: ['verified', 'recomputed'],
    text: 'A value that one side sent as proof and that tlscope computed again: verify_data, binders and signatures. Verified, failed, or not checked for want of a secret.',
    spec: 'tlscope',
  },
  {
    term: 'concession',
    also: ['conceded', 'guard-lowered'],
    text: 'Something tlscope did to make a handshake possible that lowers its strength, such as an older version or a certificate accepted unverified.',
    spec: 'tlscope',
  },
  ...EXTENSION_ENTRIES,
  ...FIELD_ENTRIES,
  ...ALERT_ENTRIES,
];

let index: Map<string, GlossaryEntry> | undefined;

/** The entry for a term or one of its other spellings, in any case; undefined when there is none. */
export function explain(term: string): GlossaryEntry | undefined {
  index ??= new Map(
    GLOSSARY.flatMap((entry) =>
      [entry.term, ...(entry.also ?? [])].map((word) => [word.toLowerCase(), entry] as const),
    ),
  );
  return index.get(term.toLowerCase());
}
