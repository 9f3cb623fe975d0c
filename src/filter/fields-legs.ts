/**
 * The fields of the two handshakes. A row makes three names at most: `leg.client.NAME`, `leg.server.NAME`, and one that
 * asks for either leg.
 */
import type { Handshake, HandshakeTimes, LegHeadline, LegRole } from '../shared/model.ts';
import type { Field, FieldKind, FilterNeed } from './fields.ts';
import type { FilterSubject } from './subject.ts';
import { versionRank } from './values.ts';

interface LegMember {
  readonly name: string;
  /** The name without a leg, where there is one. */
  readonly either?: string;
  readonly kind: FieldKind;
  /** What it is, to go before `of the client leg`. */
  readonly text: string;
  /** An operator and value for the example; none for a flag. */
  readonly example: string;
  readonly from: FromHeadline | FromHandshake;
}

type Found = string | number | boolean | undefined;
type FromHeadline = { readonly headline: (leg: LegHeadline) => Found };
type FromHandshake = { readonly needs: readonly FilterNeed[]; readonly handshake: (tls: Handshake) => Found };

const MEMBERS: readonly LegMember[] = [
  {
    name: 'version',
    either: 'tls.version',
    kind: 'version',
    text: 'TLS version',
    example: '< 1.2',
    from: { headline: (leg) => (leg.version === undefined ? undefined : versionRank(leg.version)) },
  },
  {
    name: 'suite',
    either: 'tls.suite',
    kind: 'text',
    text: 'Cipher suite',
    example: '= *CBC*',
    from: { headline: (leg) => leg.suite },
  },
  {
    name: 'group',
    either: 'tls.group',
    kind: 'text',
    text: 'Group of the key exchange',
    example: '= X25519MLKEM768',
    from: { headline: (leg) => leg.group },
  },
  {
    name: 'scheme',
    either: 'tls.scheme',
    kind: 'text',
    text: 'Signature scheme of the server’s proof',
    example: 'startswith rsa_',
    from: { needs: ['connection'], handshake: (tls) => tls.scheme },
  },
  {
    name: 'alpn',
    either: 'alpn',
    kind: 'text',
    text: 'Protocol chosen by ALPN',
    example: '= h2',
    from: { headline: (leg) => leg.alpn },
  },
  {
    name: 'sni',
    either: 'sni',
    kind: 'text',
    text: 'Server name that was sent',
    example: 'endswith .example.com',
    from: { headline: (leg) => leg.sni },
  },
  {
    name: 'ja3',
    either: 'ja3',
    kind: 'text',
    text: 'JA3 of the ClientHello',
    example: '= 773906b0efdefa24a7f2b8eb6985bf37',
    from: { needs: ['connection', 'fingerprints'], handshake: (tls) => tls.fingerprints.ja3 },
  },
  {
    name: 'ja4',
    either: 'ja4',
    kind: 'text',
    text: 'JA4 of the ClientHello',
    example: '= t13d*',
    from: { needs: ['connection', 'fingerprints'], handshake: (tls) => tls.fingerprints.ja4 },
  },
  {
    name: 'state',
    kind: 'text',
    text: 'How far the handshake came: waiting, negotiating, established, failed',
    example: '= established',
    from: { headline: (leg) => leg.state },
  },
  {
    name: 'visibility',
    kind: 'text',
    text: 'How much of the handshake could be read: full, partial, none',
    example: '!= full',
    from: { headline: (leg) => leg.visibility },
  },
  {
    name: 'handshake',
    either: 'tls.handshake',
    kind: 'duration',
    text: 'Time from the first byte of TLS to the established handshake',
    example: '> 100ms',
    from: { headline: ({ at }) => handshakeTime(at) },
  },
  {
    name: 'bytes',
    kind: 'size',
    text: 'Bytes on the wire, both ways',
    example: '> 1MiB',
    from: { headline: ({ bytes }) => bytes.sent + bytes.received },
  },
  {
    name: 'resumed',
    kind: 'flag',
    text: 'An earlier session was taken up',
    example: '',
    from: { needs: ['connection'], handshake: (tls) => tls.resumed },
  },
  {
    name: 'retried',
    kind: 'flag',
    text: 'A HelloRetryRequest was sent',
    example: '',
    from: { needs: ['connection'], handshake: (tls) => tls.retried },
  },
  {
    name: 'failed',
    kind: 'flag',
    text: 'The handshake or the dial failed',
    example: '',
    from: { headline: (leg) => leg.failure !== undefined },
  },
  {
    name: 'cause',
    kind: 'text',
    text: 'Why it failed',
    example: '= ca-not-trusted-by-client',
    from: { headline: (leg) => leg.failure?.cause },
  },
  {
    name: 'alert',
    kind: 'text',
    text: 'Alert that ended it',
    example: '= unknown_ca',
    from: { headline: (leg) => leg.failure?.alert },
  },
];

const ROLES: readonly LegRole[] = ['client', 'server'];

export const LEG_FIELDS: readonly Field[] = [
  ...MEMBERS.flatMap((member) => (member.either === undefined ? [] : [field(member, member.either, ROLES)])),
  ...ROLES.flatMap((role) => MEMBERS.map((member) => field(member, `leg.${role}.${member.name}`, [role]))),
];

function handshakeTime({ startedAt, establishedAt }: HandshakeTimes = {}): number | undefined {
  return startedAt === undefined || establishedAt === undefined ? undefined : establishedAt - startedAt;
}

function field(member: LegMember, name: string, roles: readonly LegRole[]): Field {
  const { kind, from } = member;
  const read = (subject: FilterSubject) => {
    const found = roles.map((role) => find(subject, role, from));
    return kind === 'flag'
      ? found.includes(true)
      : found.filter((value) => typeof value !== 'boolean' && value !== undefined);
  };
  const whose = roles.length === 1 ? `of the ${roles[0]} leg` : 'of either leg';
  const text = `${member.text}, ${whose}`;
  const example = `${name} ${member.example}`.trim();
  return { name, kind, text, example, needs: 'needs' in from ? from.needs : [], read: read as Field['read'] };
}

function find(subject: FilterSubject, role: LegRole, from: LegMember['from']): Found {
  if ('headline' in from) {
    const leg = subject.summary?.legs[role];
    return leg && from.headline(leg);
  }
  const tls = subject.connection()?.legs[role]?.tls;
  return tls && from.handshake(tls);
}
