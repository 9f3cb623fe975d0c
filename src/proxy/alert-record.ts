/** An alert as its bytes: what `--fail=mirror` answers a ClientHello with. RFC 8446 §6, in a record of §5.1. */
import type { Failure, FailureCause } from '../shared/model.ts';
import { ALERTS } from '../wire/tls/registries.generated.ts';

const CODES: Partial<Record<FailureCause, number>> = {
  'certificate-untrusted': 48,
  'certificate-self-signed': 48,
  'certificate-incomplete-chain': 48,
  'certificate-expired': 45,
  'certificate-not-yet-valid': 42,
  'certificate-wrong-name': 42,
  'certificate-revoked': 44,
  'certificate-weak': 42,
  'no-common-version': 70,
  'no-common-suite': 40,
  'no-common-group': 40,
  'no-common-alpn': 120,
  'name-not-served': 112,
  'client-certificate-required': 116,
};

const INTERNAL_ERROR = 80;

/** The server's own alert when it sent one, else the one that says the same as the cause. */
export function alertFor(failure: Failure): Buffer {
  const code = ALERTS.find(([, name]) => name === failure.alert)?.[0] ?? CODES[failure.cause] ?? INTERNAL_ERROR;
  return Buffer.from([21, 3, 3, 0, 2, 2, code]);
}
