/** Extensions that few peers send: about trust, users and what is already known. */
import type { Reader } from '../../reader.ts';
import { printable } from '../../x509/printable.ts';
import { namer } from '../registries.ts';
import { distinguishedName } from './certificates.ts';
import { dnsRecordFields } from './dns-records.ts';
import { byteCount, type ExtensionDecoder, inWords, latin1, u8List } from './facts.ts';

/** RFC 6066 §6: the roots a client has; empty in the answer. */
export const trustedCaKeys: ExtensionDecoder = (reader, _facts, place) => {
  if (place !== 'ClientHello') return undefined;
  let count = 0;
  reader.vector16('trusted_authorities_list', () => {
    for (; reader.more; count++) reader.group('trusted_authority', readAuthority);
  });
  return count === 1 ? '1 authority' : `${count} authorities`;
};

/** RFC 4681 §3. */
export const userMapping: ExtensionDecoder = (reader) => {
  const types = reader.vector8('user_mapping_types', () => u8List(reader, 'user_mapping_type', mappingName));
  return inWords(reader, types, mappingName);
};

/** RFC 5878 §2. */
export const authorization: ExtensionDecoder = (reader) => {
  const formats = reader.vector8('authz_format_list', () => u8List(reader, 'authz_format', authzName));
  return inWords(reader, formats, authzName);
};

/** RFC 5054 §2.8.1. */
export const srp: ExtensionDecoder = (reader) => {
  const identity = reader.opaque8('srp_I', (bytes) => printable(latin1(bytes)));
  return reader.tracing ? printable(latin1(identity)) : undefined;
};

/** RFC 8492 §4.2: the user, as text or sealed to the server's key. */
export const passwordName: ExtensionDecoder = (reader) => {
  const name = reader.opaque8('PWD_name', (bytes) => printable(latin1(bytes)));
  return reader.tracing ? printable(latin1(name)) : undefined;
};
export const protectedPasswordName: ExtensionDecoder = (reader) =>
  `a user's name in ${byteCount(reader.opaque8('PWD_name', byteCount))}, sealed`;

/** RFC 8492 §4.4. */
export const passwordSalt: ExtensionDecoder = (reader) => byteCount(reader.opaque16('salt', byteCount));

/** RFC 7924 §3: what the client has from before, with its hash; the server names what it leaves out. */
export const cachedInfo: ExtensionDecoder = (reader, _facts, place) => {
  const types: number[] = [];
  reader.vector16('cached_info', () => {
    while (reader.more) {
      reader.group('cached_object', () => {
        types.push(reader.u8('type', cachedName));
        if (place === 'ClientHello') reader.opaque8('hash_value');
      });
    }
  });
  return inWords(reader, types, cachedName);
};

/** RFC 8672 §3. */
export const ticketPinning: ExtensionDecoder = (reader, _facts, place) => {
  if (place === 'ClientHello') return `ticket of ${reader.opaque16('ticket').length} bytes`;
  reader.opaque8('proof');
  reader.opaque16('ticket');
  return `valid for ${reader.u32('lifetime', (s) => `${s} s`)} s`;
};

/** RFC 9102 §2: the port the client asks about, or the DNS records that vouch for the server. */
export const dnssecChain: ExtensionDecoder = (reader, _facts, place) => {
  if (place === 'ClientHello') return `port ${reader.u16('port_number')}`;
  const hours = reader.u16('ext_support_lifetime', (h) => `${h} hours`);
  return `${reader.opaque16('authentication_chain', byteCount, dnsRecordFields).length} bytes of DNS records, supported for ${hours} hours`;
};

/** RFC 8472 §2. */
export const tokenBinding: ExtensionDecoder = (reader) => {
  const major = reader.u8('major');
  const minor = reader.u8('minor');
  const parameters = reader.vector8('key_parameters_list', () => u8List(reader, 'key_parameters', tokenKeyName));
  return reader.tracing ? `version ${major}.${minor}: ${parameters.map(tokenKeyName).join(', ')}` : undefined;
};

function readAuthority(reader: Reader): void {
  const type = reader.u8('identifier_type', authorityName);
  if (type === 1 || type === 3) reader.bytes('sha1_hash', 20);
  else if (type === 2) reader.opaque16('distinguished_name', distinguishedName);
  // Nobody knows how long an unknown kind is, so the list cannot go on after it.
  else if (type !== 0 && reader.more) reader.rest('identifier');
}

const authorityName = namer(
  [
    [0, 'pre_agreed'],
    [1, 'key_sha1_hash'],
    [2, 'x509_name'],
    [3, 'cert_sha1_hash'],
  ],
  2,
);
const mappingName = namer([[64, 'upn_domain_hint']], 2);
const authzName = namer(
  [
    [0, 'x509_attr_cert'],
    [1, 'saml_assertion'],
    [2, 'x509_attr_cert_url'],
    [3, 'saml_assertion_url'],
    [64, 'keynote_assertion_list'],
    [65, 'keynote_assertion_list_url'],
    [66, 'dtcp_authorization'],
  ],
  2,
);
const cachedName = namer(
  [
    [1, 'cert'],
    [2, 'cert_req'],
  ],
  2,
);
const tokenKeyName = namer(
  [
    [0, 'rsa2048_pkcs1.5'],
    [1, 'rsa2048_pss'],
    [2, 'ecdsap256'],
  ],
  2,
);
