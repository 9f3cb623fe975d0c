import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** An empty folder of the test's own, removed with all that is in it when the test ends. */
export function freshDir(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'tlscope-test-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
