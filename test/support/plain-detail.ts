/** For tests that look at connections but not at who may be trusted: no roots, and a capture that began in 1970. */
import type { DetailOptions } from '../../src/capture/detail.ts';
import { TrustStore } from '../../src/crypto/trust-store.ts';

export const plainDetail: DetailOptions = { roots: new TrustStore(() => []), startedAt: new Date(0) };
