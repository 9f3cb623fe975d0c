/** Extensions about versions, groups, key shares and pre-shared keys. */
import type { Reader } from '../../reader.ts';
import { ecPointFormatName, groupName, pskModeName, versionName } from '../registries.ts';
import type { PskIdentity } from '../values.ts';
import { byteCount, type ExtensionDecoder, inWords, u8List, u16List } from './facts.ts';
import { hybridParts } from './hybrid-shares.ts';

/** RFC 8446 §4.2.1: a list in the ClientHello, the choice in ServerHello and HelloRetryRequest. */
export const supportedVersions: ExtensionDecoder = (reader, facts, place) => {
  if (place === 'ClientHello') {
    facts.supportedVersions = reader.vector8('versions', () => u16List(reader, 'version', versionName));
    return inWords(reader, facts.supportedVersions, versionName);
  }
  facts.selectedVersion = reader.u16('selected_version', versionName);
  return versionName(facts.selectedVersion);
};

/** RFC 8446 §4.2.7. */
export const supportedGroups: ExtensionDecoder = (reader, facts) => {
  facts.supportedGroups = reader.vector16('named_group_list', () => u16List(reader, 'named_group', groupName));
  return inWords(reader, facts.supportedGroups, groupName);
};

/** RFC 8422 §5.1.2. */
export const ecPointFormats: ExtensionDecoder = (reader, facts) => {
  facts.ecPointFormats = reader.vector8('ec_point_format_list', () =>
    u8List(reader, 'ec_point_format', ecPointFormatName),
  );
  return inWords(reader, facts.ecPointFormats, ecPointFormatName);
};

/** RFC 8446 §4.2.8: shares from the client, one share from the server, only a group in a HelloRetryRequest. */
export const keyShare: ExtensionDecoder = (reader, facts, place) => {
  if (place === 'HelloRetryRequest') {
    facts.keyShareGroups = [reader.u16('selected_group', groupName)];
  } else if (place === 'ServerHello') {
    facts.keyShareGroups = [reader.group('server_share', entry)];
  } else {
    facts.keyShareGroups = reader.vector16('client_shares', () => {
      const groups: number[] = [];
      while (reader.remaining >= 2) groups.push(reader.group('key_share_entry', entry));
      return groups;
    });
  }
  return inWords(reader, facts.keyShareGroups, groupName);

  function entry(): number {
    const group = reader.u16('group', groupName);
    reader.opaque16('key_exchange', byteCount, (share, base) =>
      hybridParts(group, place === 'ServerHello' ? 'server' : 'client', share, base),
    );
    if (reader.tracing) reader.describe(groupName(group));
    return group;
  }
};

/** RFC 8446 §4.2.9. */
export const pskKeyExchangeModes: ExtensionDecoder = (reader, facts) => {
  facts.pskModes = reader.vector8('ke_modes', () => u8List(reader, 'ke_mode', pskModeName));
  return inWords(reader, facts.pskModes, pskModeName);
};

/** RFC 8446 §4.2.11: offered identities with binders, or the index of the chosen one. */
export const preSharedKey: ExtensionDecoder = (reader, facts, place) => {
  facts.hasPreSharedKey = true;
  if (place !== 'ClientHello') {
    facts.selectedPsk = reader.u16('selected_identity');
    return `identity ${facts.selectedPsk}`;
  }
  const identities: PskIdentity[] = [];
  reader.vector16('identities', () => {
    while (reader.more) identities.push(reader.group('psk_identity', readIdentity));
  });
  facts.pskIdentities = identities;
  facts.bindersAt = reader.position;
  const binders: Uint8Array[] = [];
  reader.vector16('binders', () => {
    while (reader.more) binders.push(reader.opaque8('psk_binder_entry', byteCount));
  });
  facts.binders = binders;
  if (binders.length !== identities.length) {
    reader.note('error', `${binders.length} binders for ${identities.length} identities`);
  }
  return identities.length === 1 ? '1 identity' : `${identities.length} identities`;
};

function readIdentity(reader: Reader): PskIdentity {
  const identity = reader.opaque16('identity', byteCount);
  const obfuscatedAge = reader.u32('obfuscated_ticket_age', (ms) => `${ms} ms, the ticket's ticket_age_add included`);
  return { identity, obfuscatedAge };
}

/** RFC 8446 §4.2.10: a size in a ticket, empty elsewhere. */
export const earlyData: ExtensionDecoder = (reader, facts, place) => {
  facts.hasEarlyData = true;
  if (place !== 'NewSessionTicket') return undefined;
  facts.maxEarlyData = reader.u32('max_early_data_size', (n) => `${n} bytes`);
  return `up to ${facts.maxEarlyData} bytes`;
};

/** RFC 8446 §4.2.2. */
export const cookie: ExtensionDecoder = (reader) => {
  const bytes = reader.opaque16('cookie', byteCount);
  return `${bytes.length} bytes`;
};

/** RFC 5077 §3.2: a ticket, or nothing: a client asks for one, a server will send one. */
export const sessionTicket: ExtensionDecoder = (reader, facts) => {
  facts.hasTicket = reader.more;
  return facts.hasTicket ? `${reader.rest('ticket').length} bytes` : undefined;
};

/** RFC 9149 §3. */
export const ticketRequest: ExtensionDecoder = (reader, _facts, place) => {
  if (place !== 'ClientHello') return `${reader.u8('expected_count')} expected`;
  const fresh = reader.u8('new_session_count');
  return `${fresh} new, ${reader.u8('resumption_count')} on resumption`;
};
