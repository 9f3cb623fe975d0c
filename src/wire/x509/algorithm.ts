/** AlgorithmIdentifier, RFC 5280 §4.1.1.2, with the parameters that RSASSA-PSS needs to mean anything (RFC 4055 §3.1). */
import type { Field } from '../../shared/model.ts';
import { type DerElement, isContext, readElement, readElements } from '../der.ts';
import { toHex } from '../hex.ts';
import { ALGORITHMS, nameOf } from './oids.ts';
import { dump, fieldOf, integerField, type Source } from './tree.ts';
import { bodyOf, readOid } from './values.ts';

const RSASSA_PSS = '1.2.840.113549.1.1.10';

export interface AlgorithmParts {
  /** Dotted; undefined when unreadable. */
  readonly oid?: string;
  readonly identifier?: DerElement;
  readonly parameters?: DerElement;
}

export function algorithmParts(bytes: Uint8Array, algorithm: DerElement | undefined): AlgorithmParts {
  if (algorithm === undefined) return {};
  const [identifier, parameters] = readElements(bytes, algorithm.body, 2);
  const oid = identifier && readOid(bodyOf(bytes, identifier));
  return { ...(oid && { oid }), ...(identifier && { identifier }), ...(parameters && { parameters }) };
}

/** `ecdsa-with-SHA256`, `RSASSA-PSS (SHA-256)`, or the dotted identifier where no table knows it. */
export function algorithmText(bytes: Uint8Array, algorithm: DerElement | undefined): string {
  const { oid, parameters } = algorithmParts(bytes, algorithm);
  const name = nameOf(ALGORITHMS, oid);
  return oid === RSASSA_PSS ? `${name} (${pssHash(bytes, parameters)})` : name;
}

/**
 * Whether a signature algorithm uses a hash that can be collided (RFC 9325 §4.5).
 * @param name as `algorithmText` or OpenSSL writes it
 */
export function hasBrokenHash(name: string): boolean {
  return /md[25]|sha-?1(?!\d)/i.test(name);
}

export function algorithmField(source: Source, name: string, algorithm: DerElement, spec: string): Field {
  const { oid, identifier, parameters } = algorithmParts(source.bytes, algorithm);
  const children: Field[] = [];
  if (identifier) {
    const value = oid ?? toHex(bodyOf(source.bytes, identifier));
    children.push(fieldOf(source, 'algorithm', identifier, { value, text: nameOf(ALGORITHMS, oid) }));
  }
  if (parameters) {
    children.push(oid === RSASSA_PSS ? pssField(source, parameters) : dump(source, parameters, 'parameters'));
  }
  return fieldOf(source, name, algorithm, { text: algorithmText(source.bytes, algorithm), spec, children });
}

/** The members of RSASSA-PSS-params by tag; what is absent has its default: SHA-1, mgf1SHA1, 20, 1. */
const PSS_MEMBERS = ['hashAlgorithm', 'maskGenAlgorithm', 'saltLength', 'trailerField'] as const;

function pssField(source: Source, parameters: DerElement): Field {
  const members = readElements(source.bytes, parameters.body, 8);
  const children = members.map((member) => {
    const name = member.tagClass === 'context' ? PSS_MEMBERS[member.tag] : undefined;
    const inner = readElement(source.bytes, member.body);
    if (name === undefined || inner === undefined) return dump(source, member);
    if (member.tag >= 2) return integerField(source, name, inner);
    return algorithmField(source, name, inner, 'RFC 4055 §3.1');
  });
  return fieldOf(source, 'parameters', parameters, { spec: 'RFC 4055 §3.1', children });
}

/** Of RSASSA-PSS-params, as `SHA-256`: hashAlgorithm is `[0]`, SHA-1 by default. */
export function pssHash(bytes: Uint8Array, parameters: DerElement | undefined): string {
  const members = parameters === undefined ? [] : readElements(bytes, parameters.body, 4);
  const wrapper = members.find((member) => isContext(member, 0));
  if (wrapper === undefined) return 'SHA-1';
  return nameOf(ALGORITHMS, algorithmParts(bytes, readElement(bytes, wrapper.body)).oid);
}
