/** node:crypto's hashes in the form that wire and insight take. */
import { hash } from 'node:crypto';
import type { Digest } from '../wire/digest.ts';

export const nodeDigest: Digest = {
  md5: (bytes) => hash('md5', bytes, 'buffer'),
  sha1: (bytes) => hash('sha1', bytes, 'buffer'),
  sha256: (bytes) => hash('sha256', bytes, 'buffer'),
};
