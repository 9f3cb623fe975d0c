/** tshark as a judge: what it finds in a capture, leg by leg. */
import { execFileSync } from 'node:child_process';
import type { TlsRole } from '../../src/shared/model.ts';
import { bytesValue, type Fact, type Said, SEALED, textValue } from './facts.ts';
import { ALIASES, isJudgeOnly, type Kind, kindOf, OPAQUE } from './mapping.ts';
import { type PdmlField, packetsOf, within } from './pdml.ts';

/**
 * What tshark says of each interface of a capture, by the interface's name. It finds the keys in the file.
 * @throws when tshark is missing or cannot read the file
 */
export function judge(path: string, tshark = 'tshark'): Map<string, Said[]> {
  // The ports are those of local servers, where other protocols may be expected.
  const args = ['-r', path, '-T', 'pdml', '-J', 'frame tcp tls', '-d', 'tcp.port==1-65535,tls'];
  const pdml = execFileSync(tshark, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const legs = new Map<string, Said[]>();
  const clients = new Map<string, string>();
  for (const packet of packetsOf(pdml)) {
    const find = (name: string) => [...within(packet)].find((field) => field.name === name)?.show ?? '';
    const leg = find('frame.interface_name');
    const port = find('tcp.srcport');
    // The first packet is the client's SYN.
    if (!clients.has(leg)) clients.set(leg, port);
    const sender = clients.get(leg) === port ? 'client' : 'server';
    const said = legs.get(leg) ?? [];
    legs.set(leg, said);
    for (const { name, children } of packet) if (name === 'tls') said.push(...saidIn(children, sender));
  }
  return legs;
}

function saidIn(records: readonly PdmlField[], sender: TlsRole): Said[] {
  return records.flatMap((record) =>
    record.children.some(({ name }) => name === 'tls.handshake.type')
      ? [sslv2Said(record, sender)]
      : record.children.flatMap((field, n) => saidOf(field, record.children.slice(n + 1), sender)),
  );
}

/** A ClientHello in SSLv2's framing is no message in a record: its fields are the record's. */
function sslv2Said({ children, pos }: PdmlField, sender: TlsRole): Said {
  const length = children.find(({ name }) => name === 'tls.record.length')?.show;
  return { sender, what: `ClientHello (SSLv2) ${length}`, facts: factsOf(children, pos) };
}

/** @param later what the record holds behind the field */
function saidOf(field: PdmlField, later: readonly PdmlField[], sender: TlsRole): Said[] {
  const find = (name: string) => [...within(field.children)].find((child) => child.name === name);
  switch (field.name) {
    case 'tls.change_cipher_spec':
      return [{ sender, what: 'ChangeCipherSpec', facts: [] }];
    case 'tls.alert_message': {
      const level = find('tls.alert_message.level')?.show;
      const what = level ? `alert ${level} ${find('tls.alert_message.desc')?.show}` : SEALED;
      return [{ sender, what, facts: [] }];
    }
    case 'tls.handshake': {
      const type = find('tls.handshake.type');
      if (type === undefined) return [{ sender, what: SEALED, facts: [] }];
      const words = field.words.replace('Handshake Protocol: ', '').replaceAll(' ', '');
      const what = `${MESSAGE_NAMES[words] ?? words} ${find('tls.handshake.length')?.show}`;
      // What a KeyUpdate says stands beside the message instead of in it.
      const beside = later.filter(({ name }) => name.startsWith('tls.handshake.key_update'));
      const facts = [...factsOf(field.children, type.pos), ...factsOf(beside, field.pos)];
      return [{ sender, what, facts }];
    }
    default:
      return [];
  }
}

/** Where they are not the RFC's without spaces. */
const MESSAGE_NAMES: Readonly<Record<string, string>> = { EndofEarlyData: 'EndOfEarlyData' };

function factsOf(fields: readonly PdmlField[], start: number): Fact[] {
  return fields.flatMap((field) => {
    const inner = OPAQUE.has(field.name) ? [] : factsOf(field.children, start);
    return [...factOf(field, start), ...inner];
  });
}

function factOf({ name: full, show, pos, size }: PdmlField, start: number): Fact[] {
  if (full === '' || size === 0 || isJudgeOnly(full)) return [];
  const name = ALIASES[full] ?? full.replace(/^x509sat\..*/, 'x509sat');
  const kind = kindOf(name);
  if (show === '' && kind !== 'range') return [];
  const value = kind === undefined ? show : VALUES[kind](show);
  return [{ name, offset: pos - start, size, value }];
}

const VALUES: Readonly<Record<Kind, (show: string) => string>> = {
  number: (show) => `${Number(show)}`,
  bytes: (show) => bytesValue(show.replaceAll(':', '')),
  chars: textValue,
  text: textValue,
  oid: (show) => show,
  // `2026-11-24 05:34:26 (UTC)`, `Nov 24, 2026 05:34:26.000000000 UTC`
  time: (show) => `${new Date(show.replace('(UTC)', 'UTC').replace(/\.0+ /, ' ')).toISOString().slice(0, 19)}Z`,
  flag: (show) => `${Number(show) !== 0}`,
  integer: (show) => bytesValue(show.replaceAll(':', '').replace(/^(00)+/, '')),
  bits: (show) => bytesValue(show.replaceAll(':', '')),
  attribute: textValue,
  address: (show) => show,
  range: () => '',
};
