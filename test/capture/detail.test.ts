import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detailOf, outlineOf } from '../../src/capture/detail.ts';
import { TrustStore } from '../../src/crypto/trust-store.ts';
import type { Connection } from '../../src/shared/model.ts';
import { sideBySide } from '../../src/terminal/side-by-side.ts';
import { recordedHandshake } from '../insight/recorded.ts';

test('without explanations an outline reads as the whole detail does', () => {
  const detail = { roots: new TrustStore(() => []), startedAt: new Date(0) };
  for (const name of ['tls13-ecdsa', 'tls12-ecdsa-gcm', 'tls13-retry', 'tls12-rsa-cbc', 'tls13-plaintext-alert']) {
    const tls = recordedHandshake(name);
    const leg = { side: 'server', tcp: { startedAt: 0 }, bytes: { sent: 0, received: 0 }, tls };
    const connection = {
      id: 1,
      openedAt: 0,
      from: { address: '127.0.0.1', port: 5 },
      legs: { server: leg },
    } as unknown as Connection;
    const view = { width: 100, colour: false };
    const outline = outlineOf(connection);
    assert.deepEqual(sideBySide(outline, view), sideBySide(detailOf(connection, detail), view));
    assert.equal(outline.legs.server?.tls?.checks, undefined);
  }
});
