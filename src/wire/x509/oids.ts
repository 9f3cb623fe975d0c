/** Object identifiers that certificates use, by dotted form. Names are those of the defining RFC where it has one. */

export type OidNames = Readonly<Record<string, string>>;

/** Attribute types of distinguished names: RFC 4514 §3 and RFC 4519 short names, else the long ones of X.520. */
export const ATTRIBUTES: Readonly<Record<string, readonly [short: string, long: string]>> = {
  '2.5.4.3': ['CN', 'commonName'],
  '2.5.4.4': ['SN', 'surname'],
  '2.5.4.5': ['serialNumber', 'serialNumber'],
  '2.5.4.6': ['C', 'countryName'],
  '2.5.4.7': ['L', 'localityName'],
  '2.5.4.8': ['ST', 'stateOrProvinceName'],
  '2.5.4.9': ['street', 'streetAddress'],
  '2.5.4.10': ['O', 'organizationName'],
  '2.5.4.11': ['OU', 'organizationalUnitName'],
  '2.5.4.12': ['title', 'title'],
  '2.5.4.13': ['description', 'description'],
  '2.5.4.15': ['businessCategory', 'businessCategory'],
  '2.5.4.17': ['postalCode', 'postalCode'],
  '2.5.4.41': ['name', 'name'],
  '2.5.4.42': ['GN', 'givenName'],
  '2.5.4.43': ['initials', 'initials'],
  '2.5.4.44': ['generationQualifier', 'generationQualifier'],
  '2.5.4.46': ['dnQualifier', 'dnQualifier'],
  '2.5.4.65': ['pseudonym', 'pseudonym'],
  '2.5.4.97': ['organizationIdentifier', 'organizationIdentifier'],
  '0.9.2342.19200300.100.1.1': ['UID', 'userId'],
  '0.9.2342.19200300.100.1.25': ['DC', 'domainComponent'],
  '1.2.840.113549.1.9.1': ['emailAddress', 'emailAddress'],
  '1.3.6.1.4.1.311.60.2.1.1': ['jurisdictionL', 'jurisdictionLocalityName'],
  '1.3.6.1.4.1.311.60.2.1.2': ['jurisdictionST', 'jurisdictionStateOrProvinceName'],
  '1.3.6.1.4.1.311.60.2.1.3': ['jurisdictionC', 'jurisdictionCountryName'],
};

/** Signature, key and hash algorithms. */
export const ALGORITHMS: OidNames = {
  // RFC 8017 appendix C
  '1.2.840.113549.1.1.1': 'rsaEncryption',
  '1.2.840.113549.1.1.2': 'md2WithRSAEncryption',
  '1.2.840.113549.1.1.4': 'md5WithRSAEncryption',
  '1.2.840.113549.1.1.5': 'sha1WithRSAEncryption',
  '1.2.840.113549.1.1.7': 'id-RSAES-OAEP',
  '1.2.840.113549.1.1.8': 'id-mgf1',
  '1.2.840.113549.1.1.10': 'RSASSA-PSS',
  '1.2.840.113549.1.1.11': 'sha256WithRSAEncryption',
  '1.2.840.113549.1.1.12': 'sha384WithRSAEncryption',
  '1.2.840.113549.1.1.13': 'sha512WithRSAEncryption',
  '1.2.840.113549.1.1.14': 'sha224WithRSAEncryption',
  // RFC 3279, RFC 5480, RFC 5758
  '1.2.840.10040.4.1': 'id-dsa',
  '1.2.840.10040.4.3': 'id-dsa-with-sha1',
  '2.16.840.1.101.3.4.3.1': 'id-dsa-with-sha224',
  '2.16.840.1.101.3.4.3.2': 'id-dsa-with-sha256',
  '1.2.840.10046.2.1': 'dhpublicnumber',
  '1.2.840.10045.2.1': 'id-ecPublicKey',
  '1.2.840.10045.4.1': 'ecdsa-with-SHA1',
  '1.2.840.10045.4.3.1': 'ecdsa-with-SHA224',
  '1.2.840.10045.4.3.2': 'ecdsa-with-SHA256',
  '1.2.840.10045.4.3.3': 'ecdsa-with-SHA384',
  '1.2.840.10045.4.3.4': 'ecdsa-with-SHA512',
  '2.16.840.1.101.3.4.3.9': 'id-ecdsa-with-sha3-224',
  '2.16.840.1.101.3.4.3.10': 'id-ecdsa-with-sha3-256',
  '2.16.840.1.101.3.4.3.11': 'id-ecdsa-with-sha3-384',
  '2.16.840.1.101.3.4.3.12': 'id-ecdsa-with-sha3-512',
  '2.16.840.1.101.3.4.3.13': 'id-rsassa-pkcs1-v1-5-with-sha3-224',
  '2.16.840.1.101.3.4.3.14': 'id-rsassa-pkcs1-v1-5-with-sha3-256',
  '2.16.840.1.101.3.4.3.15': 'id-rsassa-pkcs1-v1-5-with-sha3-384',
  '2.16.840.1.101.3.4.3.16': 'id-rsassa-pkcs1-v1-5-with-sha3-512',
  // RFC 8692
  '1.3.6.1.5.5.7.6.30': 'id-RSASSA-PSS-SHAKE128',
  '1.3.6.1.5.5.7.6.31': 'id-RSASSA-PSS-SHAKE256',
  '1.3.6.1.5.5.7.6.32': 'id-ecdsa-with-shake128',
  '1.3.6.1.5.5.7.6.33': 'id-ecdsa-with-shake256',
  // RFC 8410
  '1.3.101.110': 'X25519',
  '1.3.101.111': 'X448',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448',
  // RFC 9881 (ML-DSA), RFC 9909 (SLH-DSA)
  '2.16.840.1.101.3.4.3.17': 'ML-DSA-44',
  '2.16.840.1.101.3.4.3.18': 'ML-DSA-65',
  '2.16.840.1.101.3.4.3.19': 'ML-DSA-87',
  '2.16.840.1.101.3.4.3.20': 'SLH-DSA-SHA2-128s',
  '2.16.840.1.101.3.4.3.21': 'SLH-DSA-SHA2-128f',
  '2.16.840.1.101.3.4.3.22': 'SLH-DSA-SHA2-192s',
  '2.16.840.1.101.3.4.3.23': 'SLH-DSA-SHA2-192f',
  '2.16.840.1.101.3.4.3.24': 'SLH-DSA-SHA2-256s',
  '2.16.840.1.101.3.4.3.25': 'SLH-DSA-SHA2-256f',
  '2.16.840.1.101.3.4.3.26': 'SLH-DSA-SHAKE-128s',
  '2.16.840.1.101.3.4.3.27': 'SLH-DSA-SHAKE-128f',
  '2.16.840.1.101.3.4.3.28': 'SLH-DSA-SHAKE-192s',
  '2.16.840.1.101.3.4.3.29': 'SLH-DSA-SHAKE-192f',
  '2.16.840.1.101.3.4.3.30': 'SLH-DSA-SHAKE-256s',
  '2.16.840.1.101.3.4.3.31': 'SLH-DSA-SHAKE-256f',
  // RFC 8998 names, GM/T 0006
  '1.2.156.10197.1.501': 'sm2-with-SM3',
  // Hashes, as RSASSA-PSS parameters name them
  '1.3.14.3.2.26': 'SHA-1',
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
  '2.16.840.1.101.3.4.2.4': 'SHA-224',
  '2.16.840.1.101.3.4.2.8': 'SHA3-256',
  '2.16.840.1.101.3.4.2.9': 'SHA3-384',
  '2.16.840.1.101.3.4.2.10': 'SHA3-512',
  '2.16.840.1.101.3.4.2.11': 'SHAKE128',
  '2.16.840.1.101.3.4.2.12': 'SHAKE256',
};

/** Key purposes, RFC 5280 §4.2.1.12 and vendors'. */
export const KEY_PURPOSES: OidNames = {
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.5': 'ipsecEndSystem',
  '1.3.6.1.5.5.7.3.6': 'ipsecTunnel',
  '1.3.6.1.5.5.7.3.7': 'ipsecUser',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
  '1.3.6.1.5.5.7.3.13': 'eapOverPPP',
  '1.3.6.1.5.5.7.3.14': 'eapOverLAN',
  '1.3.6.1.5.5.7.3.17': 'ipsecIKE',
  '1.3.6.1.5.5.7.3.20': 'sipDomain',
  '1.3.6.1.5.5.7.3.21': 'secureShellClient',
  '1.3.6.1.5.5.7.3.22': 'secureShellServer',
  '1.3.6.1.5.5.7.3.31': 'brandIndicatorforMessageIdentification',
  '1.3.6.1.5.5.7.3.36': 'documentSigning',
  '1.3.6.1.5.2.3.4': 'pkinitClient',
  '1.3.6.1.5.2.3.5': 'pkinitKDC',
  '1.3.6.1.4.1.311.10.3.4': 'msEncryptedFileSystem',
  '1.3.6.1.4.1.311.10.3.12': 'msDocumentSigning',
  '1.3.6.1.4.1.11129.2.4.4': 'precertificateSigning',
  '1.3.6.1.4.1.311.10.3.3': 'msSGC',
  '1.3.6.1.4.1.311.20.2.2': 'msSmartcardLogin',
  '2.16.840.1.113730.4.1': 'nsSGC',
  '2.5.29.37.0': 'anyExtendedKeyUsage',
};

/** Access methods of authorityInfoAccess and subjectInfoAccess, RFC 5280 §4.2.2. */
export const ACCESS_METHODS: OidNames = {
  '1.3.6.1.5.5.7.48.1': 'OCSP',
  '1.3.6.1.5.5.7.48.2': 'caIssuers',
  '1.3.6.1.5.5.7.48.3': 'timeStamping',
  '1.3.6.1.5.5.7.48.5': 'caRepository',
};

/** Kinds of OCSP response, RFC 6960 §4.2.1. */
export const OCSP_RESPONSE_TYPES: OidNames = { '1.3.6.1.5.5.7.48.1.1': 'id-pkix-ocsp-basic' };

/** Certificate policies: RFC 5280 §4.2.1.4 and the CA/Browser Forum's. */
export const POLICIES: OidNames = {
  '2.5.29.32.0': 'anyPolicy',
  '2.23.140.1.1': 'extended-validation',
  '2.23.140.1.2.1': 'domain-validated',
  '2.23.140.1.2.2': 'organization-validated',
  '2.23.140.1.2.3': 'individual-validated',
  '2.23.140.1.3': 'extended-validation-codesigning',
  '2.23.140.1.4.1': 'code-signing-requirements',
};

/** What the CA/Browser Forum's policies say was checked, as people call it. */
export const VALIDATIONS: OidNames = {
  '2.23.140.1.1': 'EV',
  '2.23.140.1.2.1': 'DV',
  '2.23.140.1.2.2': 'OV',
  '2.23.140.1.2.3': 'IV',
};

/** RFC 5280 §4.2.1.4. */
export const POLICY_QUALIFIERS: OidNames = {
  '1.3.6.1.5.5.7.2.1': 'CPS',
  '1.3.6.1.5.5.7.2.2': 'userNotice',
};

/** RFC 3739 §3.2.6, ETSI EN 319 412-5 and TS 119 495. */
export const QC_STATEMENTS: OidNames = {
  '1.3.6.1.5.5.7.11.1': 'pkixQCSyntax-v1',
  '1.3.6.1.5.5.7.11.2': 'pkixQCSyntax-v2',
  '0.4.0.1862.1.1': 'QcCompliance',
  '0.4.0.1862.1.2': 'QcLimitValue',
  '0.4.0.1862.1.3': 'QcRetentionPeriod',
  '0.4.0.1862.1.4': 'QcSSCD',
  '0.4.0.1862.1.5': 'QcPDS',
  '0.4.0.1862.1.6': 'QcType',
  '0.4.0.1862.1.7': 'QcCClegislation',
  '0.4.0.19495.2': 'PSD2',
};

/** ETSI EN 319 412-5 §4.2.3. */
export const QC_TYPES: OidNames = {
  '0.4.0.1862.1.6.1': 'eSign',
  '0.4.0.1862.1.6.2': 'eSeal',
  '0.4.0.1862.1.6.3': 'web',
};

/** The name of `oid` in `names`, else the dotted form itself. Safe for names that objects inherit. */
export function nameOf(names: OidNames, oid: string | undefined): string {
  if (oid === undefined) return 'unreadable identifier';
  return Object.hasOwn(names, oid) ? names[oid]! : oid;
}
