/** The certificate authority: one root, and leaves under it. */
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { reasonOf, UserError } from '../errors.ts';
import { checkMark } from './check-mark.ts';
import { issueLeaf, type Leaf } from './leaf.ts';
import { LeafCache } from './leaf-cache.ts';
import { type KeyType, LeafKeys } from './leaf-keys.ts';
import { makeRoot, type Root, type RootPem, readRoot } from './root.ts';
import { CERTIFICATE_FILE, hasRoot, openRootFiles } from './root-files.ts';

export type { KeyType, Leaf };

export interface AuthorityOptions {
  /** Leaves kept at hand; about 3 kB each. */
  readonly cacheLimit?: number;
  /** Ms since the epoch. */
  readonly now?: () => number;
}

export interface LeafRequest {
  /** DNS names and IP addresses, the asked-for one first; `leafNames` gives them. What is neither is left out. */
  readonly names: readonly string[];
  /** What the client can verify. */
  readonly keyType: KeyType;
}

/** Enough for a long browsing session; bounds memory to some megabytes. */
const CACHE_LIMIT = 1000;

export class Authority {
  /** Absolute. */
  readonly certificatePath: string;
  /** The root's certificate, alone: what clients must trust. */
  readonly certificatePem: string;
  /** Its fingerprint as openssl prints it: upper-case hex with colons. */
  readonly sha256: string;
  /** base64 of SHA-256 over the root's SubjectPublicKeyInfo: what Chromium's `--ignore-certificate-errors-spki-list` takes. */
  readonly spkiSha256: string;
  /** One attribute a line, as node:crypto prints it. */
  readonly subject: string;
  readonly notAfter: Date;
  /** What `isMarkedCheck` wants of those who may read the root's key. */
  readonly checkMark: string;
  readonly #root: Root;
  readonly #now: () => number;
  readonly #keys = new LeafKeys();
  readonly #leaves: LeafCache;

  /**
   * The authority whose root lies in `dir`; a root is made there when there is none.
   * @throws UserError `ca-key-exposed`, `ca-incomplete`, `ca-unreadable`, `ca-unwritable`
   */
  static async open(dir: string, options: AuthorityOptions = {}): Promise<Authority> {
    const now = options.now ?? Date.now;
    const pem = await openRootFiles(dir, () => makeRoot(hostname(), now()));
    const mark = checkMark(pem.key);
    return new Authority(resolve(dir), usableRoot(dir, pem, now()), mark, options.cacheLimit ?? CACHE_LIMIT, now);
  }

  /** The same, but undefined where there is no root yet. */
  static async find(dir: string): Promise<Authority | undefined> {
    return hasRoot(dir) ? Authority.open(dir) : undefined;
  }

  private constructor(dir: string, root: Root, mark: string, cacheLimit: number, now: () => number) {
    this.certificatePath = join(dir, CERTIFICATE_FILE);
    this.certificatePem = root.certificatePem;
    this.sha256 = root.certificate.fingerprint256;
    this.spkiSha256 = root.spkiSha256;
    this.subject = root.certificate.subject;
    this.notAfter = root.certificate.validToDate;
    this.checkMark = mark;
    this.#root = root;
    this.#now = now;
    this.#leaves = new LeafCache(cacheLimit, now);
  }

  /** Makes the leaves' key pairs ahead, off the event loop. Without it the first leaf of each type waits for its pair. */
  async prepare(): Promise<void> {
    await Promise.all([this.#keys.get('ec'), this.#keys.get('rsa')]);
  }

  /**
   * A server certificate for these names. The same request gives the same certificate until halfway to its end;
   * calls that come while it is being made share it.
   */
  mint(request: LeafRequest): Promise<Leaf> {
    const { names, keyType } = request;
    return this.#leaves.get(keyType + JSON.stringify(names), async () =>
      issueLeaf(this.#root, await this.#keys.get(keyType), names, this.#now()),
    );
  }
}

function usableRoot(dir: string, pem: RootPem, now: number): Root {
  try {
    return readRoot(pem, now);
  } catch (error) {
    throw new UserError('ca-unreadable', { path: dir, reason: reasonOf(error) });
  }
}
