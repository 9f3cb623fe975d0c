/** Server certificates under the root. */
import { distinguishedName, MAX_ATTRIBUTE, serialNumber, signCertificate } from './certificate.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  keyUsage,
  serverAuth,
  subjectAltName,
  subjectKeyIdentifier,
} from './extensions.ts';
import type { LeafKey } from './leaf-keys.ts';
import { type CertificateName, readNames } from './names.ts';
import { toPem } from './pem.ts';
import type { Root } from './root.ts';
import { leafValidity, renewalTime } from './validity.ts';

export interface Leaf {
  /** The certificate's serial number in hex, its own among all: the key for what callers derive from a leaf and keep. */
  readonly id: string;
  /** What the handshake sends: the leaf, then its issuer. */
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  /** What it is valid for, in normal form, the asked-for one first. */
  readonly names: readonly string[];
  readonly key: 'EC P-256' | 'RSA 2048';
  /** No certificate was made for this call: it was at hand, or another call's was awaited. */
  readonly cached: boolean;
}

export interface IssuedLeaf {
  readonly leaf: Omit<Leaf, 'cached'>;
  /** Ms since the epoch: from then on a new one should be made. */
  readonly renewAt: number;
}

/** A certificate must name something (RFC 5280 §4.2.1.6); this stands for a client that named nothing. RFC 2606 §2. */
const UNNAMED = 'unnamed.invalid';

/** @param now ms since the epoch */
export async function issueLeaf(root: Root, key: LeafKey, asked: readonly string[], now: number): Promise<IssuedLeaf> {
  const names = usableNames(asked);
  const commonName = names[0]?.text ?? '';
  const nameless = commonName.length > MAX_ATTRIBUTE;
  const validity = leafValidity(now, {
    notBefore: root.certificate.validFromDate,
    notAfter: root.certificate.validToDate,
  });
  const serial = serialNumber();
  const der = await signCertificate(
    {
      serial,
      issuer: root.subject,
      subject: distinguishedName(nameless ? {} : { commonName }),
      ...validity,
      publicKey: key.publicKey,
      extensions: [
        basicConstraints(false),
        keyUsage(key.type),
        serverAuth(),
        subjectKeyIdentifier(key.keyId),
        authorityKeyIdentifier(root.keyId),
        subjectAltName(names, nameless),
      ],
    },
    root.signer,
  );
  return {
    leaf: {
      id: serial.toString('hex'),
      certificatePem: toPem('CERTIFICATE', der) + root.certificatePem,
      privateKeyPem: key.privateKeyPem,
      names: names.map((name) => name.text),
      key: key.label,
    },
    renewAt: renewalTime(now, validity),
  };
}

function usableNames(asked: readonly string[]): CertificateName[] {
  const names = readNames(asked);
  return names.length > 0 ? names : readNames([UNNAMED]);
}
