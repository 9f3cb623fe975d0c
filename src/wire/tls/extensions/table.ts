/** Extension code point -> RFC -> decoder. A new extension is a row here; names come from the registry. */
import type { Reader } from '../../reader.ts';
import { extensionName, isGrease } from '../registries.ts';
import type { Extension } from '../values.ts';
import { applicationSettings } from './application-settings.ts';
import * as certificates from './certificates.ts';
import * as ech from './ech.ts';
import type { ExtensionDecoder, ExtensionFacts, ExtensionPlace } from './facts.ts';
import * as keys from './keys.ts';
import * as names from './names.ts';
import * as others from './others.ts';
import { quicTransportParameters } from './quic.ts';
import * as rare from './rare.ts';
import * as timestamps from './timestamps.ts';

interface ExtensionRow {
  readonly spec: string;
  readonly decode: ExtensionDecoder;
  /** Where it may stand (RFC 8446 §4.2, IANA's column "TLS 1.3"), and `SH12`: in a ServerHello of TLS 1.2 or before. */
  readonly places: ReadonlySet<string>;
}

const row = (spec: string, decode: ExtensionDecoder, places: string): ExtensionRow => ({
  spec,
  decode,
  places: new Set(places.split(' ')),
});

const PLACES: Readonly<Record<ExtensionPlace, string>> = {
  ClientHello: 'CH',
  ServerHello: 'SH',
  HelloRetryRequest: 'HRR',
  EncryptedExtensions: 'EE',
  CertificateRequest: 'CR',
  CertificateEntry: 'CT',
  NewSessionTicket: 'NST',
};

/** What a place is called where its name alone would not say it. */
const PLACE_WORDS: Readonly<Record<string, string>> = {
  SH: 'a ServerHello of TLS 1.3',
  SH12: 'a ServerHello of TLS 1.2 or before',
  HRR: 'a HelloRetryRequest',
  EE: 'EncryptedExtensions',
  CT: 'a CertificateEntry',
  CR: 'a CertificateRequest',
  NST: 'a NewSessionTicket',
  CH: 'a ClientHello',
};

/** Where one side makes an offer, to which the other answers with what it knows of it. */
const GREASE_PLACES: ReadonlySet<ExtensionPlace> = new Set(['ClientHello', 'CertificateRequest', 'NewSessionTicket']);

const PRE_SHARED_KEY = 0x0029;
const SUPPORTED_VERSIONS = 0x002b;

export const EXTENSIONS: ReadonlyMap<number, ExtensionRow> = new Map([
  [0x0000, row('RFC 6066 §3', names.serverName, 'CH EE SH12')],
  [0x0001, row('RFC 6066 §4', others.maxFragmentLength, 'CH EE SH12')],
  [0x0002, row('RFC 6066 §5', others.empty, 'CH SH12')],
  [0x0003, row('RFC 6066 §6', rare.trustedCaKeys, 'CH SH12')],
  [0x0004, row('RFC 6066 §7', others.empty, 'CH SH12')],
  [0x0005, row('RFC 6066 §8', certificates.statusRequest, 'CH CR CT SH12')],
  [0x0006, row('RFC 4681 §3', rare.userMapping, 'CH SH12')],
  [0x0007, row('RFC 5878 §2', rare.authorization, 'CH SH12')],
  [0x0008, row('RFC 5878 §2', rare.authorization, 'CH SH12')],
  [0x0009, row('RFC 6091 §3', certificates.certificateType, 'CH SH12')],
  [0x000a, row('RFC 8446 §4.2.7', keys.supportedGroups, 'CH EE')],
  [0x000b, row('RFC 8422 §5.1.2', keys.ecPointFormats, 'CH SH12')],
  [0x000c, row('RFC 5054 §2.8.1', rare.srp, 'CH')],
  [0x000d, row('RFC 8446 §4.2.3', certificates.signatureAlgorithms, 'CH CR')],
  [0x000e, row('RFC 5764 §4.1.1', others.useSrtp, 'CH EE SH12')],
  [0x000f, row('RFC 6520 §2', others.heartbeat, 'CH EE SH12')],
  [0x0010, row('RFC 7301 §3.1', names.protocolNames, 'CH EE SH12')],
  [0x0011, row('RFC 6961 §2.2', certificates.statusRequestV2, 'CH SH12')],
  [0x0012, row('RFC 6962 §3.3.1', timestamps.signedCertificateTimestamps, 'CH CR CT SH12')],
  [0x0013, row('RFC 7250 §3', certificates.certificateType, 'CH EE SH12')],
  [0x0014, row('RFC 7250 §3', certificates.certificateType, 'CH EE SH12')],
  [0x0015, row('RFC 7685 §3', others.padding, 'CH')],
  [0x0016, row('RFC 7366 §2', others.encryptThenMac, 'CH SH12')],
  [0x0017, row('RFC 7627 §5.1', others.extendedMasterSecret, 'CH SH12')],
  [0x0018, row('RFC 8472 §2', rare.tokenBinding, 'CH SH12')],
  [0x0019, row('RFC 7924 §3', rare.cachedInfo, 'CH EE SH12')],
  [0x001a, row('draft-gutmann-tls-lts §3.1', others.empty, 'CH SH12')],
  [0x001b, row('RFC 8879 §3', certificates.compressCertificate, 'CH CR')],
  [0x001c, row('RFC 8449 §4', others.recordSizeLimit, 'CH EE SH12')],
  [0x001d, row('RFC 8492 §4.2', rare.protectedPasswordName, 'CH')],
  [0x001e, row('RFC 8492 §4.2', rare.passwordName, 'CH')],
  [0x001f, row('RFC 8492 §4.4', rare.passwordSalt, 'CH SH HRR SH12')],
  [0x0020, row('RFC 8672 §3', rare.ticketPinning, 'CH EE')],
  [0x0021, row('RFC 8773 §4', others.empty, 'CH SH')],
  [0x0022, row('RFC 9345 §4.1.1', certificates.delegatedCredential, 'CH CR CT')],
  [0x0023, row('RFC 5077 §3.2', keys.sessionTicket, 'CH SH12')],
  [0x0027, row('RFC 8870 §5.2', others.supportedEktCiphers, 'CH EE SH12')],
  [0x0029, row('RFC 8446 §4.2.11', keys.preSharedKey, 'CH SH')],
  [0x002a, row('RFC 8446 §4.2.10', keys.earlyData, 'CH EE NST')],
  [0x002b, row('RFC 8446 §4.2.1', keys.supportedVersions, 'CH SH HRR')],
  [0x002c, row('RFC 8446 §4.2.2', keys.cookie, 'CH HRR')],
  [0x002d, row('RFC 8446 §4.2.9', keys.pskKeyExchangeModes, 'CH')],
  [0x002f, row('RFC 8446 §4.2.4', certificates.certificateAuthorities, 'CH CR')],
  [0x0030, row('RFC 8446 §4.2.5', certificates.oidFilters, 'CR')],
  [0x0031, row('RFC 8446 §4.2.6', others.empty, 'CH')],
  [0x0032, row('RFC 8446 §4.2.3', certificates.signatureAlgorithmsCert, 'CH CR')],
  [0x0033, row('RFC 8446 §4.2.8', keys.keyShare, 'CH SH HRR')],
  [0x0034, row('RFC 9162 §6.5', timestamps.transparencyInfo, 'CH CR CT SH12')],
  [0x0035, row('RFC 9146 §10.2', others.connectionId, 'CH SH12')],
  [0x0036, row('RFC 9146 §3', others.connectionId, 'CH SH SH12')],
  [0x0037, row('RFC 8844 §3', others.externalIdHash, 'CH EE SH12')],
  [0x0038, row('RFC 8844 §4', others.externalSessionId, 'CH EE SH12')],
  [0x0039, row('RFC 9001 §8.2', quicTransportParameters, 'CH EE')],
  [0x003a, row('RFC 9149 §3', keys.ticketRequest, 'CH EE')],
  [0x003b, row('RFC 9102 §2', rare.dnssecChain, 'CH CT SH12')],
  [0x003d, row('RFC 9853 §3', others.empty, 'CH SH SH12')],
  [0x003e, row('draft-ietf-tls-tlsflags §2', others.tlsFlags, 'CH SH HRR EE CR CT NST')],
  [0x3374, row('draft-agl-tls-nextprotoneg §3', names.nextProtocolNegotiation, 'CH SH12')],
  [0x4469, row('draft-vvv-tls-alps', applicationSettings, 'CH EE')],
  [0x44cd, row('draft-vvv-tls-alps', applicationSettings, 'CH EE')],
  [0x754f, row('draft-balfanz-tls-channelid-00', others.empty, 'CH EE SH12')],
  [0x7550, row('draft-balfanz-tls-channelid', others.empty, 'CH EE SH12')],
  [0xca34, row('draft-ietf-tls-trust-anchor-ids §4', certificates.trustAnchors, 'CH EE CR CT')],
  [0xfd00, row('RFC 9849 §5.1', ech.echOuterExtensions, 'CH')],
  [0xfe0d, row('RFC 9849 §5', ech.encryptedClientHello, 'CH HRR EE')],
  [0xffa5, row('draft-ietf-quic-tls-27 §8.2', quicTransportParameters, 'CH EE')],
  [0xffce, row('draft-ietf-tls-esni-06 §4', ech.encryptedServerName, 'CH EE')],
  [0xff01, row('RFC 5746 §3.2', others.renegotiationInfo, 'CH SH12')],
]);

/** Reads a list of extensions behind its length of two bytes, in wire order, unknown ones kept as bytes. */
export function readExtensions(reader: Reader, facts: ExtensionFacts, place: ExtensionPlace): Extension[] {
  return reader.vector16('extensions', () => {
    const list: Extension[] = [];
    const seen = new Set<number>();
    const allowed = placeCode(place, reader.peek());
    while (reader.more) {
      const extension = reader.group('extension', () => readExtension(reader, facts, place));
      if (!extension) continue;
      const { type } = extension;
      const places = EXTENSIONS.get(type)?.places;
      if (isGrease(type) && !GREASE_PLACES.has(place)) {
        reader.note(
          'error',
          `${extensionName(type)} is no answer: only the side that offers sends reserved values (RFC 8701 §3.1)`,
        );
      }
      if (seen.has(type)) reader.note('warning', `${extensionName(type)} stands here twice`);
      if (places && !places.has(allowed))
        reader.note('note', `${extensionName(type)} has no place in ${PLACE_WORDS[allowed]}`);
      if (place === 'ClientHello' && list.at(-1)?.type === PRE_SHARED_KEY) {
        reader.note(
          'error',
          `${extensionName(type)} stands after pre_shared_key, which must be last (RFC 8446 §4.2.11)`,
        );
      }
      list.push(extension);
      seen.add(type);
    }
    return list;
  });
}

/** Undefined when not even its type is whole. */
function readExtension(reader: Reader, facts: ExtensionFacts, place: ExtensionPlace): Extension | undefined {
  const whole = reader.remaining >= 2;
  const type = reader.u16('extension_type', extensionName);
  if (!whole) return undefined;
  reader.rename(extensionName(type));
  const known = EXTENSIONS.get(type);
  let start = 0;
  let data: Uint8Array | undefined;
  const words = reader.vector16('extension_data', () => {
    start = reader.position;
    data = reader.peek();
    return (known?.decode ?? others.opaque)(reader, facts, place);
  });
  reader.describe(isGrease(type) ? 'reserved value (RFC 8701)' : words, known?.spec);
  data ??= new Uint8Array(0);
  return { type, data, range: [start, start + data.length] };
}

/** A ServerHello that selects its version by extension is one of TLS 1.3. */
function placeCode(place: ExtensionPlace, extensions: Uint8Array): string {
  return place === 'ServerHello' && !hasType(extensions, SUPPORTED_VERSIONS) ? 'SH12' : PLACES[place];
}

function hasType(extensions: Uint8Array, type: number): boolean {
  const u16 = (at: number) => ((extensions[at] ?? 0) << 8) | (extensions[at + 1] ?? 0);
  for (let at = 0; at + 4 <= extensions.length; at += 4 + u16(at + 2)) if (u16(at) === type) return true;
  return false;
}
