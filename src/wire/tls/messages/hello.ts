/** ClientHello, ServerHello and the HelloRetryRequest that looks like one. */
import type { Reader } from '../../reader.ts';
import { type ExtensionFacts, noFacts, u8List, u16List } from '../extensions/facts.ts';
import { protocolWords } from '../extensions/names.ts';
import { readExtensions } from '../extensions/table.ts';
import { cipherSuiteName, compressionMethodName, groupName, isGrease, versionName } from '../registries.ts';
import type { ClientHello, Extension, ServerHello } from '../values.ts';
import { count, line, type MessageRow } from './row.ts';

/** SHA-256 of "HelloRetryRequest": the random that makes a ServerHello a retry (RFC 8446 §4.1.3). */
const RETRY_RANDOM = [
  0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11,
  0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

export const clientHello: MessageRow<ClientHello> = {
  name: 'ClientHello',
  spec: 'RFC 8446 §4.1.2',
  decode(reader) {
    const legacyVersion = reader.u16('legacy_version', versionName);
    const random = reader.bytes('random', 32);
    const sessionId = reader.opaque8('legacy_session_id');
    const cipherSuites = reader.vector16('cipher_suites', () => u16List(reader, 'cipher_suite', cipherSuiteName));
    const compressionMethods = reader.vector8('legacy_compression_methods', () =>
      u8List(reader, 'compression_method', compressionMethodName),
    );
    const facts = noFacts();
    const extensions = optionalExtensions(reader, facts, 'ClientHello');
    return {
      legacyVersion,
      random,
      sessionId,
      cipherSuites,
      compressionMethods,
      extensions,
      ...(facts.serverName !== undefined && { serverName: facts.serverName }),
      alpn: facts.alpn,
      supportedVersions: facts.supportedVersions,
      supportedGroups: facts.supportedGroups,
      signatureAlgorithms: facts.signatureAlgorithms,
      ecPointFormats: facts.ecPointFormats,
      keyShareGroups: facts.keyShareGroups,
      pskModes: facts.pskModes,
      hasPreSharedKey: facts.hasPreSharedKey,
      hasEarlyData: facts.hasEarlyData,
      hasTicket: facts.hasTicket,
      compressCertificate: facts.compressCertificate,
      ...(facts.recordSizeLimit !== undefined && { recordSizeLimit: facts.recordSizeLimit }),
      encryptThenMac: facts.encryptThenMac,
      extendedMasterSecret: facts.extendedMasterSecret,
      pskIdentities: facts.pskIdentities,
      binders: facts.binders,
      ...(facts.bindersAt !== undefined && { bindersAt: facts.bindersAt }),
    };
  },
  summary(hello) {
    const suites = hello.cipherSuites.filter((id) => !isGrease(id)).length;
    return line(
      `up to ${versionName(highestVersion(hello))}`,
      hello.serverName,
      hello.alpn.map(protocolWords).join(', '),
      count(suites, 'suite'),
      hello.hasPreSharedKey && 'resumption offered',
    );
  },
};

const REFUSED = ', a value that every client must refuse (RFC 8701 §3.1)';

/** The shared row of ServerHello and HelloRetryRequest; `messages/table.ts` names each by its random. */
export const serverHello: MessageRow<ServerHello> = {
  name: 'ServerHello',
  spec: 'RFC 8446 §4.1.3',
  decode(reader) {
    const legacyVersion = reader.u16('legacy_version', versionName);
    const random = reader.bytes('random', 32, randomWords);
    const sessionId = reader.opaque8('legacy_session_id_echo');
    const cipherSuite = reader.u16('cipher_suite', cipherSuiteName);
    if (isGrease(cipherSuite)) reader.note('error', `the server chose ${cipherSuiteName(cipherSuite)}${REFUSED}`);
    const compressionMethod = reader.u8('legacy_compression_method', compressionMethodName);
    const isRetry = isRetryRandom(random);
    const facts = noFacts();
    const extensions = optionalExtensions(reader, facts, isRetry ? 'HelloRetryRequest' : 'ServerHello');
    const [keyShareGroup] = facts.keyShareGroups;
    const [alpn] = facts.alpn;
    const { selectedVersion = 0 } = facts;
    if (isGrease(selectedVersion)) reader.note('error', `the server chose ${versionName(selectedVersion)}${REFUSED}`);
    if (isGrease(keyShareGroup ?? 0))
      reader.note('error', `the server chose ${groupName(keyShareGroup ?? 0)}${REFUSED}`);
    return {
      legacyVersion,
      version: facts.selectedVersion ?? legacyVersion,
      random,
      sessionId,
      cipherSuite,
      compressionMethod,
      extensions,
      isRetry,
      ...(keyShareGroup !== undefined && { keyShareGroup }),
      ...(facts.selectedPsk !== undefined && { selectedPsk: facts.selectedPsk }),
      ...(alpn !== undefined && { alpn }),
      encryptThenMac: facts.encryptThenMac,
      extendedMasterSecret: facts.extendedMasterSecret,
    };
  },
  summary(hello) {
    const group = hello.keyShareGroup === undefined ? undefined : groupName(hello.keyShareGroup);
    return line(
      versionName(hello.version),
      cipherSuiteName(hello.cipherSuite),
      hello.isRetry ? group && `asks for ${group}` : group,
      hello.alpn,
      hello.selectedPsk !== undefined && 'resumed',
    );
  },
};

/** Whether these bytes are a ServerHello (header included) whose random says HelloRetryRequest. */
export function isRetry(message: Uint8Array): boolean {
  return message[0] === 2 && message.length >= 38 && isRetryRandom(message.subarray(6, 38));
}

/** The highest version the client offers, GREASE aside. */
function highestVersion(hello: ClientHello): number {
  return hello.supportedVersions.reduce(
    (highest, version) => (isGrease(version) ? highest : Math.max(highest, version)),
    hello.supportedVersions.length === 0 ? hello.legacyVersion : 0,
  );
}

/** Hellos of TLS 1.2 and earlier may end before the extensions. */
function optionalExtensions(
  reader: Reader,
  facts: ExtensionFacts,
  place: 'ClientHello' | 'ServerHello' | 'HelloRetryRequest',
): Extension[] {
  return reader.more ? readExtensions(reader, facts, place) : [];
}

function isRetryRandom(random: Uint8Array): boolean {
  return random.length === 32 && RETRY_RANDOM.every((byte, i) => random[i] === byte);
}

/** RFC 8446 §4.1.3: a server that could do better says so in the last eight bytes. */
function randomWords(random: Uint8Array): string | undefined {
  if (isRetryRandom(random)) return 'HelloRetryRequest';
  const tail = String.fromCharCode(...random.subarray(24, 31));
  if (tail === 'DOWNGRD') return `ends in DOWNGRD ${random[31]}: the server can do better than it negotiated`;
  return undefined;
}
