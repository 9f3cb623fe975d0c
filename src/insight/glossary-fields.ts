/** The members of handshake messages and of certificates, by the names that the RFCs give them. */
import type { GlossaryEntry } from './glossary-entry.ts';

export const FIELD_ENTRIES: readonly GlossaryEntry[] = [
  {
    term: 'msg_type',
    text: 'One byte: which handshake message this is. Three bytes of length follow.',
    spec: 'RFC 8446 §4',
  },
  {
    term: 'length',
    text: 'How many bytes follow that belong to this structure.',
    spec: 'RFC 8446 §3.4',
  },
  {
    term: 'legacy_version',
    also: ['client_version', 'server_version'],
    text: 'The newest version up to TLS 1.2. In TLS 1.3 it is always TLS 1.2, since some servers fail at numbers they do not know; supported_versions decides.',
    spec: 'RFC 8446 §4.1.2',
  },
  {
    term: 'random',
    text: '32 fresh random bytes of each side. They go into every key, so that no two handshakes give the same ones.',
    spec: 'RFC 8446 §4.1.2',
  },
  {
    term: 'legacy_session_id',
    also: ['session_id', 'legacy_session_id_echo'],
    text: 'Up to TLS 1.2 the name of a session to resume. In TLS 1.3 random bytes that the server repeats, so that middleboxes take the handshake for a resumption.',
    spec: 'RFC 8446 §4.1.2, appendix D.4',
  },
  {
    term: 'cipher_suites',
    also: ['cipher_suite', 'cipher suites offered'],
    text: 'The client’s list of cipher suites, best first; in the answer the one that the server chose of them.',
    spec: 'RFC 8446 §4.1.2',
  },
  {
    term: 'compression method',
    also: [
      'legacy_compression_methods',
      'legacy_compression_method',
      'compression_methods',
      'compression_method',
      'compression',
    ],
    text: 'Compression of records, up to TLS 1.2. Only «null» is safe: with any other, lengths give away secrets (CRIME).',
    spec: 'RFC 8446 §4.1.2, RFC 3749',
  },
  {
    term: 'key_exchange',
    also: ['server_share', 'client_shares', 'key_share_entry', 'ecdh_Yc', 'public'],
    text: 'The public half of a fresh key: a point on the curve, or a number of the group. With the other side’s own private half it gives the shared secret. In a hybrid group there is a KEM’s key beside it, and in the answer a secret encapsulated to that.',
    spec: 'RFC 8446 §4.2.8',
  },
  {
    term: 'namedcurve',
    also: ['named_group_list', 'named_group', 'group', 'selected_group', 'groups offered'],
    text: 'The group of the Diffie-Hellman exchange, by its number in IANA’s registry.',
    spec: 'RFC 8446 §4.2.7',
  },
  {
    term: 'encrypted_pre_master_secret',
    text: 'The pre-master secret, encrypted to the RSA key of the server’s certificate.',
    spec: 'RFC 5246 §7.4.7.1',
  },
  {
    term: 'certificate_list',
    also: ['certificate_entry', 'cert_data'],
    text: 'The certificates as sent: the sender’s own, then those of the CAs above it. In TLS 1.3 each has extensions of its own.',
    spec: 'RFC 8446 §4.4.2',
  },
  {
    term: 'certificate_request_context',
    text: 'A name for a request for a certificate, which the answer repeats. Empty within the handshake itself.',
    spec: 'RFC 8446 §4.3.2',
  },
  {
    term: 'signature',
    also: ['signatureValue'],
    text: 'What the holder of the private key alone could make of the bytes that are signed. Anybody with the public key can check it.',
    spec: 'RFC 8446 §4.4.3, RFC 5280 §4.1.1.3',
  },
  {
    term: 'signature algorithm',
    also: ['signatureAlgorithm', 'algorithm'],
    text: 'By which algorithm a signature was made, or for which a key is.',
    spec: 'RFC 5280 §4.1.1.2',
  },
  {
    term: 'ticket_lifetime',
    also: ['ticket_lifetime_hint'],
    text: 'For how many seconds the ticket may be used, at most; seven days in TLS 1.3.',
    spec: 'RFC 8446 §4.6.1, RFC 5077 §3.3',
  },
  {
    term: 'ticket_age_add',
    text: 'A random number that hides the ticket’s age from those who listen, so that connections cannot be linked by it.',
    spec: 'RFC 8446 §4.6.1',
  },
  {
    term: 'ticket_nonce',
    text: 'A value that makes the pre-shared key of each ticket of a connection another one.',
    spec: 'RFC 8446 §4.6.1',
  },
  {
    term: 'ticket',
    text: 'The session as the server wants to find it again, as a rule encrypted with a key that it alone has. To the client it is only bytes.',
    spec: 'RFC 8446 §4.6.1, RFC 5077 §4',
  },
  {
    term: 'renegotiated_connection',
    text: 'The verify_data of the handshake before; empty in the first of a connection.',
    spec: 'RFC 5746 §3.2',
  },
  {
    term: 'TLS version',
    also: ['version', 'versions offered'],
    text: 'The version of the protocol that both sides speak. TLS 1.2 and 1.3 are in use; 1.0 and 1.1 are deprecated, SSL is broken.',
    spec: 'RFC 8446 §4.2.1, RFC 8996',
  },
  // Certificates
  {
    term: 'tbsCertificate',
    text: 'The part of a certificate that is signed: names, times, key and extensions.',
    spec: 'RFC 5280 §4.1.2',
  },
  {
    term: 'serialNumber',
    also: ['serial'],
    text: 'A number that the CA gives to one certificate alone. Revocation goes by it.',
    spec: 'RFC 5280 §4.1.2.2',
  },
  {
    term: 'issuer',
    text: 'The name of the CA that signed the certificate. It must be the subject of the next one in the chain.',
    spec: 'RFC 5280 §4.1.2.4',
  },
  {
    term: 'subject',
    also: ['commonName', 'organizationName'],
    text: 'Whose certificate it is, by name. Clients no longer look for the host name here but in subjectAltName.',
    spec: 'RFC 5280 §4.1.2.6',
  },
  {
    term: 'validity',
    also: ['valid', 'notBefore', 'notAfter', 'valid until'],
    text: 'From when to when the certificate may be used.',
    spec: 'RFC 5280 §4.1.2.5',
  },
  {
    term: 'subjectPublicKey',
    also: ['public key'],
    text: 'The key that the certificate vouches for. Its private half proves that the sender is the one named.',
    spec: 'RFC 5280 §4.1.2.7',
  },
  {
    term: 'basicConstraints',
    also: ['CA'],
    text: 'Whether the holder may issue certificates, and how long a chain below it may be.',
    spec: 'RFC 5280 §4.2.1.9',
  },
  {
    term: 'keyUsage',
    text: 'What the key may do: sign, agree on keys, encrypt keys, sign certificates.',
    spec: 'RFC 5280 §4.2.1.3',
  },
  {
    term: 'extKeyUsage',
    also: ['extendedKeyUsage'],
    text: 'What the certificate is for: TLS servers, TLS clients, signing of code, and so on.',
    spec: 'RFC 5280 §4.2.1.12',
  },
  {
    term: 'subjectKeyIdentifier',
    also: ['authorityKeyIdentifier'],
    text: 'A hash that names a key: the certificate’s own, or that of its issuer. It finds the next certificate of a chain when names are not enough.',
    spec: 'RFC 5280 §4.2.1.1, §4.2.1.2',
  },
  {
    term: 'must-staple',
    also: ['TLS feature'],
    text: 'The certificate asks to be refused when no OCSP response is stapled to the handshake.',
    spec: 'RFC 7633',
  },
  {
    term: 'validation',
    also: ['DV', 'OV', 'IV', 'EV'],
    text: 'What the CA checked: control of the domain (DV), the organisation (OV), a person (IV), or the organisation at length (EV).',
    spec: 'CA/Browser Forum BR §7.1.6.1',
  },
  {
    term: 'fingerprint',
    also: ['SHA-1', 'SHA-256'],
    text: 'A hash over the whole certificate: a short name that no other certificate has. Over SHA-1 alone one cannot rely on that any more.',
    spec: 'FIPS 180-4',
  },
];
