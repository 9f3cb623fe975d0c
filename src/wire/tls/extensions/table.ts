/** Extension code point -> RFC -> decoder. A new extension is a row here; names come from the registry. */
import type { Reader } from '../../reader.ts';
import { extensionName, isGrease } from '../registries.ts';
import type { Extension } from '../values.ts';
import * as certificates from './certificates.ts';
import type { ExtensionDecoder, ExtensionFacts, ExtensionPlace } from './facts.ts';
import * as keys from './keys.ts';
import * as names from './names.ts';
import * as others from './others.ts';

interface ExtensionRow {
  readonly spec: string;
  readonly decode: ExtensionDecoder;
}

const row = (spec: string, decode: ExtensionDecoder): ExtensionRow => ({ spec, decode });

export const EXTENSIONS: ReadonlyMap<number, ExtensionRow> = new Map([
  [0x0000, row('RFC 6066 §3', names.serverName)],
  [0x0001, row('RFC 6066 §4', others.maxFragmentLength)],
  [0x0004, row('RFC 6066 §7', others.empty)],
  [0x0005, row('RFC 6066 §8', certificates.statusRequest)],
  [0x000a, row('RFC 8446 §4.2.7', keys.supportedGroups)],
  [0x000b, row('RFC 8422 §5.1.2', keys.ecPointFormats)],
  [0x000d, row('RFC 8446 §4.2.3', certificates.signatureAlgorithms)],
  [0x000e, row('RFC 5764 §4.1.1', others.useSrtp)],
  [0x000f, row('RFC 6520 §2', others.heartbeat)],
  [0x0010, row('RFC 7301 §3.1', names.protocolNames)],
  [0x0011, row('RFC 6961 §2.2', certificates.statusRequestV2)],
  [0x0012, row('RFC 6962 §3.3.1', certificates.signedCertificateTimestamps)],
  [0x0013, row('RFC 7250 §3', certificates.certificateType)],
  [0x0014, row('RFC 7250 §3', certificates.certificateType)],
  [0x0015, row('RFC 7685 §3', others.padding)],
  [0x0016, row('RFC 7366 §2', others.encryptThenMac)],
  [0x0017, row('RFC 7627 §5.1', others.extendedMasterSecret)],
  [0x001b, row('RFC 8879 §3', certificates.compressCertificate)],
  [0x001c, row('RFC 8449 §4', others.recordSizeLimit)],
  [0x0022, row('RFC 9345 §4.1.1', certificates.delegatedCredential)],
  [0x0023, row('RFC 5077 §3.2', keys.sessionTicket)],
  [0x0029, row('RFC 8446 §4.2.11', keys.preSharedKey)],
  [0x002a, row('RFC 8446 §4.2.10', keys.earlyData)],
  [0x002b, row('RFC 8446 §4.2.1', keys.supportedVersions)],
  [0x002c, row('RFC 8446 §4.2.2', keys.cookie)],
  [0x002d, row('RFC 8446 §4.2.9', keys.pskKeyExchangeModes)],
  [0x002f, row('RFC 8446 §4.2.4', certificates.certificateAuthorities)],
  [0x0030, row('RFC 8446 §4.2.5', certificates.oidFilters)],
  [0x0031, row('RFC 8446 §4.2.6', others.empty)],
  [0x0032, row('RFC 8446 §4.2.3', certificates.signatureAlgorithmsCert)],
  [0x0033, row('RFC 8446 §4.2.8', keys.keyShare)],
  [0x0039, row('RFC 9001 §8.2', others.opaque)],
  [0x003a, row('RFC 9149 §3', keys.ticketRequest)],
  [0x4469, row('draft-vvv-tls-alps', names.applicationSettings)],
  [0x44cd, row('draft-vvv-tls-alps', names.applicationSettings)],
  [0xca34, row('draft-ietf-tls-trust-anchor-ids §4', certificates.trustAnchors)],
  [0xfe0d, row('RFC 9849 §5', others.encryptedClientHello)],
  [0xff01, row('RFC 5746 §3.2', others.renegotiationInfo)],
]);

/** Reads a list of extensions behind its length of two bytes, in wire order, unknown ones kept as bytes. */
export function readExtensions(reader: Reader, facts: ExtensionFacts, place: ExtensionPlace): Extension[] {
  return reader.vector16('extensions', () => {
    const list: Extension[] = [];
    const seen = new Set<number>();
    while (reader.more) {
      const extension = reader.group('extension', () => readExtension(reader, facts, place));
      if (!extension) continue;
      list.push(extension);
      if (seen.has(extension.type)) reader.note('warning', `${extensionName(extension.type)} stands here twice`);
      seen.add(extension.type);
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
