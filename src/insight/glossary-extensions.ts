/** The extensions of TLS that the glossary has under no plainer name. */
import type { GlossaryEntry } from './glossary-entry.ts';

export const EXTENSION_ENTRIES: readonly GlossaryEntry[] = [
  {
    term: 'extensions',
    also: ['extension', 'extension_data', 'extension_type'],
    text: 'A list of additions to a message, each with a type and a length, so that whoever does not know one can step over it. An answer may hold only what was offered.',
    spec: 'RFC 8446 §4.2',
  },
  {
    term: 'supported_versions',
    also: ['selected_version', 'versions'],
    text: 'The versions that the client speaks, best first, and in the answer the one chosen. TLS 1.3 is negotiated here and nowhere else; legacy_version stays at TLS 1.2.',
    spec: 'RFC 8446 §4.2.1',
  },
  {
    term: 'cookie',
    text: 'Bytes that a HelloRetryRequest gives and the next ClientHello must show again. They let a server forget the first one, or check that the client’s address is its own.',
    spec: 'RFC 8446 §4.2.2',
  },
  {
    term: 'psk_key_exchange_modes',
    also: ['ke_modes', 'ke_mode'],
    text: 'How a pre-shared key may be used: with a fresh Diffie-Hellman exchange (psk_dhe_ke), which keeps forward secrecy, or alone (psk_ke).',
    spec: 'RFC 8446 §4.2.9',
  },
  {
    term: 'certificate_authorities',
    also: ['authorities'],
    text: 'The CAs that the sender trusts, by name, so that the other side can pick a certificate that fits.',
    spec: 'RFC 8446 §4.2.4',
  },
  {
    term: 'oid_filters',
    text: 'The server says which certificate extensions and values the client’s certificate must have.',
    spec: 'RFC 8446 §4.2.5',
  },
  {
    term: 'signature_algorithms_cert',
    text: 'The signature schemes accepted within certificates, where they are others than those for the handshake itself.',
    spec: 'RFC 8446 §4.2.3',
  },
  {
    term: 'ec_point_formats',
    also: ['ec_point_format_list', 'ec_point_format'],
    text: 'How points of elliptic curves may be written up to TLS 1.2. Uncompressed is the only one left in use.',
    spec: 'RFC 8422 §5.1.2',
  },
  {
    term: 'max_fragment_length',
    text: 'The client asks for records of at most 512 to 4096 bytes. record_size_limit has replaced it.',
    spec: 'RFC 6066 §4',
  },
  {
    term: 'client_certificate_url',
    text: 'The client would send the address of its certificate in place of the certificate.',
    spec: 'RFC 6066 §5',
  },
  {
    term: 'trusted_ca_keys',
    text: 'The client names the CAs it has, so that a server with several chains can choose.',
    spec: 'RFC 6066 §6',
  },
  {
    term: 'truncated_hmac',
    text: 'The client would take a MAC cut to 80 bits. It weakens the protection and is not used.',
    spec: 'RFC 6066 §7',
  },
  {
    term: 'status_request_v2',
    text: 'The client asks for OCSP responses for the whole chain, up to TLS 1.2. TLS 1.3 has them with each certificate.',
    spec: 'RFC 6961',
  },
  {
    term: 'use_srtp',
    text: 'The handshake is to give keys for SRTP, the transport of voice and video.',
    spec: 'RFC 5764 §4.1',
  },
  {
    term: 'heartbeat',
    text: 'The sender answers heartbeats, which keep a DTLS path alive. A fault in one implementation was Heartbleed.',
    spec: 'RFC 6520',
  },
  {
    term: 'client_certificate_type',
    also: ['server_certificate_type', 'cert_type'],
    text: 'The kinds of certificate that can be shown or read: X.509, or a raw public key.',
    spec: 'RFC 7250',
  },
  {
    term: 'padding',
    text: 'Zeros that make the ClientHello longer: some servers and middleboxes stumble over hellos of 256 to 511 bytes.',
    spec: 'RFC 7685',
  },
  {
    term: 'token_binding',
    text: 'Binds cookies to a key of the client. Browsers have given it up.',
    spec: 'RFC 8472',
  },
  {
    term: 'cached_info',
    text: 'The client has the server’s certificate already and needs only its hash.',
    spec: 'RFC 7924',
  },
  {
    term: 'compress_certificate',
    also: ['certificate compression'],
    text: 'The algorithms by which the sender can unpack a compressed Certificate message.',
    spec: 'RFC 8879',
  },
  {
    term: 'delegated_credential',
    also: ['delegated_credentials'],
    text: 'The client takes short-lived keys that the holder of a certificate has signed, so that the certificate’s own key need not be on every server.',
    spec: 'RFC 9345',
  },
  {
    term: 'quic_transport_parameters',
    text: 'The settings of a QUIC connection: QUIC sends them inside the TLS handshake.',
    spec: 'RFC 9001 §8.2, RFC 9000 §18',
  },
  {
    term: 'connection_id',
    text: 'DTLS: a name for the connection that holds when the client’s address changes.',
    spec: 'RFC 9146',
  },
  {
    term: 'ticket_request',
    text: 'How many session tickets the client would like.',
    spec: 'RFC 9149',
  },
  {
    term: 'ech_outer_extensions',
    text: 'In the sealed ClientHello: these extensions are to be taken from the outer one, so that they need not be sent twice.',
    spec: 'RFC 9849 §5.1',
  },
  {
    term: 'application_settings',
    also: ['ALPS'],
    text: 'Chromium: settings of the application protocol, such as those of HTTP/2, sent within the handshake.',
    spec: 'draft-vvv-tls-alps',
  },
  {
    term: 'next_protocol_negotiation',
    also: ['NPN'],
    text: 'What ALPN has replaced: the client chose the protocol, after the server had listed its own.',
    spec: 'draft-agl-tls-nextprotoneg',
  },
];
