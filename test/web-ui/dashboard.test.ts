/** The built dashboard in a real browser, behind the real API server and its policy, over events that are made up. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { Fact } from '../../src/shared/events.ts';
import type { Connection } from '../../src/shared/model.ts';
import { startSampleApi } from '../support/sample-api.ts';
import { COURSES, sampleConnection } from '../support/sample-events.ts';
import { needsTool } from '../support/tools.ts';
import { openPage } from './browser.ts';
import { DOUBLE_IDS, NAMELESS, open, otherThanAway, row, STARTED, text, UI } from './dashboard.ts';
import { detailed } from './detailed.ts';

test('the dashboard lists connections as they happen, and says why one failed', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  COURSES.forEach((course, index) => {
    api.append(sampleConnection(index + 1, course));
  });
  await row(page, 5).waitFor();
  assert.match(await text(row(page, 1)), /host1\.test:443.*TLS 1\.3 AES_128_GCM_SHA256.*same.*h2.*established/);
  assert.match(
    await text(row(page, 2)),
    /failed.*ca-not-trusted-by-client, client leg: The client does not trust the proxy\./,
  );
  assert.match(await text(row(page, 3)), /failed.*connection-refused, server leg: No one listens there\./);
  assert.match(await text(row(page, 4)), /tunnelled.*Passed through by option\./);
  assert.match(await text(row(page, 5)), /established.*still open/);
  await done();
});

test('a connection without TLS has no choice of how its handshakes are shown', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const plain = sampleConnection(1).filter(({ type }) => /^connection\.(opened|intent|closed)$/.test(type));
  const { page, done } = await open(t, { facts: [...plain, ...sampleConnection(2)], hash: '#2' });
  await page.getByRole('button', { name: 'Words' }).click();
  const legend = page.getByText('encrypted, opened by tlscope');
  await page.getByRole('button', { name: 'Ladder' }).click();
  await legend.waitFor();
  await page.getByRole('button', { name: 'Words' }).click();
  await page.evaluate('location.hash = "#1"');
  await page.locator('.ladder').waitFor();
  assert.equal(await page.getByRole('group', { name: 'Show the handshakes as' }).count(), 0);
  assert.equal(await legend.count(), 0);
  await done();
});

test('the ring around a list that has the focus lies over its rows', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await open(t, { facts: sampleConnection(1, 'refused-by-client') });
  await row(page, 1).waitFor();
  await page.getByRole('grid').focus();
  await page.keyboard.press('j');
  const ring = await page.evaluate(`(() => {
    const list = document.activeElement.closest('.list');
    const { outlineStyle, outlineWidth, zIndex } = getComputedStyle(list, '::after');
    return { outlineStyle, outlineWidth, zIndex };
  })()`);
  assert.deepEqual(ring, { outlineStyle: 'solid', outlineWidth: '2px', zIndex: '3' });
  await done();
});

test('the dashboard opens both handshakes by keyboard, down to the bytes of a field', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  api.append([...sampleConnection(1), ...sampleConnection(2)]);
  await row(page, 2).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await page.getByRole('grid').focus();
  await page.keyboard.press('Enter');
  await page.locator('#section-handshakes').waitFor();
  assert.equal(new URL(page.url()).hash, '#1');
  for (const leg of ['client', 'server']) {
    assert.deepEqual(await page.locator(`button[data-leg=${leg}] b`).allTextContents(), [
      'ClientHello',
      'ServerHello',
      'EncryptedExtensions',
      'Certificate',
      'CertificateVerify',
      'Finished',
      'Finished',
    ]);
  }
  assert.match(await text(page.getByRole('button', { name: 'Step 1 ClientHello, client leg' })), /1 ClientHello/);

  await page.locator('button[data-leg=client][data-n="2"]').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  const panel = page.getByRole('region', { name: 'Server leg, ServerHello: fields and bytes' });
  await panel.getByRole('tree').focus();
  await page.keyboard.press('ArrowDown');
  await panel.locator('mark').first().waitFor();
  assert.deepEqual(await panel.locator('mark').allTextContents(), ['02', '.']);
  assert.match(await text(panel.getByRole('treeitem').first()), /msg_type.*ServerHello \(2\).*RFC 8446 §4/);

  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  assert.equal(await page.locator('button[data-leg=server][data-n="2"]:focus').count(), 1);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.locator('#section-handshakes').waitFor({ state: 'detached' });
  await done();
});

test('the dashboard marks the field whose bytes are pointed at', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await open(t, { facts: sampleConnection(1), hash: '#1' });
  await page.locator('button[data-leg=client][data-n="1"]').click();
  await page
    .locator('.hex .bytes')
    .first()
    .hover({ position: { x: 5, y: 5 } });
  await page.locator('[role=treeitem].marked').waitFor();
  assert.match(await text(page.locator('[role=treeitem].marked')), /msg_type/);
  await done();
});

test('the dashboard keeps what was opened when the connection goes on', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const facts = sampleConnection(1);
  const { api, page, done } = await open(t, { facts: facts.slice(0, -3), hash: '#1' });
  await page.locator('button[data-leg=server][data-n="4"]').click();
  const body = page.getByRole('region', { name: 'Connection 1' });
  const scrolled = await body.evaluate((element) => {
    element.scrollTop = 150;
    return element.scrollTop;
  });
  assert.ok(scrolled > 0);
  api.append(facts.slice(-3));
  await page.getByText('Closed in order').waitFor();
  assert.equal(await page.locator('.panel').count(), 1);
  assert.equal(await body.evaluate((element) => element.scrollTop), scrolled);
  await done();
});

test('the dashboard shows hostile text as text', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  const host = '<img src=x onerror=alert(1)>\u202etset\u200b';
  const facts = sampleConnection(1).map(
    (fact): Fact =>
      fact.type === 'connection.intent' ? { ...fact, intent: { how: 'connect', host, port: 443 } } : fact,
  );
  api.append(facts);
  await row(page, 1).click();
  await page.locator('#section-handshakes').waitFor();
  assert.match(await text(row(page, 1)), /<img src=x onerror=alert\(1\)>U\+202EtsetU\+200B:443/);
  assert.equal(await page.locator('img').count(), 0);
  assert.doesNotMatch(String(await page.evaluate('document.documentElement.outerHTML')), /[\u202e\u200b]/);
  await done();
});

test('the dashboard leads from a finding to the messages that show it', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await openDetailed(t);
  const finding = page.locator('[data-rule=no-forward-secrecy]');
  assert.match(
    await text(finding),
    /error: No forward secrecy Server leg.*Chosen for.*Advice.*ServerHello, Certificate.*RFC 9325/,
  );
  assert.match(
    await text(page.locator('[data-rule=mirror-differs]')),
    /warning: The offers differ Both legs They do\./,
  );
  await finding.getByRole('button', { name: 'ServerHello, Certificate' }).click();
  assert.equal(await page.locator('button[data-leg=server][data-n="2"]:focus').count(), 1);
  const pointed = await page
    .locator('button.pointed')
    .evaluateAll((all) => all.map((each) => each.getAttribute('data-n')));
  assert.deepEqual(pointed, ['2', '4']);
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('button.pointed').count(), 0);
  await done();
});

test('the dashboard says what was checked, what a listener sees, and how a failure was judged', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await openDetailed(t);
  await page.getByRole('button', { name: 'Words' }).click();
  const line = (n: number) => text(page.locator(`button[data-leg=server][data-n="${n}"]`));
  assert.match(await line(5), /✓Signature verified/);
  assert.match(await line(6), /✗verify_data does not fit/);
  assert.match(await line(7), /–verify_data not checked/);
  assert.doesNotMatch(await line(2), /verified|fit|checked/);
  const checks = (await page.locator('.check').allTextContents()).join(' ').replace(/\s+/g, ' ');
  assert.match(checks, /Signature verified\. It is valid\. RFC 8446 §4\.4\.3/);
  assert.match(checks, /verify_data not checked\. No secret is at hand\./);
  const third = page.getByRole('group', { name: /Certificate.*, server leg/ });
  assert.match(await text(third), /On the wire \(1,234 B in 5\.50 ms\): A listener sees <img/);
  const failure = await text(page.getByRole('region', { name: 'Server leg failed' }));
  assert.match(failure, /Without the proxy it would have worked\. Says.*Evidence: Seen:.*Likely cause malformed/);
  await done();
});

test('the dashboard unfolds the key derivation and what is equal in the hellos', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await openDetailed(t);
  const keys = page.locator('#section-derivation');
  assert.equal(await keys.getByText('c0ffee').isVisible(), false);
  await keys.locator('summary').click();
  assert.equal(await keys.getByText('c0ffee').isVisible(), true);
  assert.match(await text(keys.locator('summary')), /Client leg: one.*Server leg: pre-master secret → <img/);
  assert.match(await text(keys), /pre-master secret 48 B, not at hand/);

  const hellos = page.locator('#section-hellos');
  assert.match(await text(hellos.locator('tbody')), /random.*must differ.*padding.*moved 4 → 2.*client leg only/);
  assert.equal(await hellos.locator('tbody tr').count(), 3);
  await hellos.getByRole('button', { name: 'Show 12 equal fields' }).click();
  assert.equal(await hellos.locator('tbody tr').count(), 15);
  await hellos.getByRole('button', { name: 'Hide 12 equal fields' }).click();
  assert.equal(await hellos.locator('tbody tr').count(), 3);

  const certificates = await text(page.locator('#section-certificates'));
  assert.match(certificates, /CN=Sample Root trusted root, not sent/);
  assert.match(
    certificates,
    /expired Expired, says.*1 certificate sent that leads nowhere: number 2.*OCSP staple: revoked/,
  );
  assert.match(certificates, /2 signed certificate timestamps.*SHA-1.*issuer.*differs.*Another CA signs it/);
  await done();
});

test('the dashboard shows unpacked bytes for a field that was read from them', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await openDetailed(t);
  const message = page.locator('button[data-leg=server][data-n="4"]');
  assert.match(await text(message), /renegotiation 1/);
  await message.click();
  const panel = page.getByRole('region', { name: 'Server leg, Certificate: fields and bytes' });
  await panel.getByRole('treeitem', { name: 'compressed_certificate_message' }).locator('.twist').hover();
  assert.equal(await text(panel.locator('.bytes mark').first()), '0b 0b 0b 0b');
  await panel.getByRole('treeitem', { name: 'second' }).click();
  await panel.getByText('Unpacked from compressed_certificate_message, 4 B; not on the wire').waitFor();
  assert.equal(await text(panel.locator('.bytes')), 'de ad be ef');
  assert.equal(await text(panel.locator('.bytes mark')), 'be ef');
  await panel.locator('.bytes').click({ position: { x: 5, y: 5 } });
  assert.match(await text(panel.locator('[aria-selected=true]')), /first/);
  await done();
});

test('the dashboard shows hostile text of derived parts as text', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await openDetailed(t);
  await page.getByRole('button', { name: 'Words' }).click();
  await page.locator('#section-derivation summary').click();
  const shown = (await page.locator('body').innerText()).split('<img src=x onerror=alert(1)>').length - 1;
  assert.ok(shown >= 14, `${shown} times in sight`);
  assert.equal(await page.locator('img').count(), 0);
  assert.doesNotMatch(String(await page.evaluate('document.documentElement.outerHTML')), /[\u202e\u200b]/);
  assert.deepEqual(await page.evaluate(NAMELESS), []);
  assert.deepEqual(await page.evaluate(DOUBLE_IDS), []);
  await done();
});

test('the dashboard copies a fingerprint', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await openDetailed(t);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy JA4_ro of the server leg' }).click();
  await page.getByText('Copied').waitFor();
  assert.equal(await page.evaluate('navigator.clipboard.readText()'), 't13d_x');
  await done();
});

test('the dashboard saves a connection as a file, and says why it cannot', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, complaints } = await open(t, { facts: sampleConnection(1), hash: '#1' });
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'JSON', exact: true }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'tlscope-connection-1.json');
  const [saved] = JSON.parse(readFileSync(await download.path(), 'utf8')) as Connection[];
  assert.equal(saved?.intent?.host, 'host1.test');

  const before = await page.locator('.body').boundingBox();
  const refusal = { error: 'This file is not given.', hint: 'Ask again.' };
  await page.route('**/api/export?format=keylog**', (route) => route.fulfill({ status: 403, json: refusal }));
  await page.getByRole('button', { name: 'key log' }).click();
  await page.getByText('This file is not given. Ask again.').waitFor();
  assert.deepEqual(await page.locator('.body').boundingBox(), before);
  await page.keyboard.press('Escape');
  await page.getByText('This file is not given').waitFor({ state: 'detached' });
  assert.deepEqual(
    complaints.filter((complaint) => !/status of 403/.test(complaint)),
    [],
  );
  await page.context().close();
});

test('the dashboard filters, and draws only what is in view of 9,999 connections', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  // One less than the state keeps.
  const facts = Array.from({ length: 9999 }, (_, index) =>
    sampleConnection(index + 1, index + 1 === 5000 ? 'dial-failed' : 'tunnelled').slice(0, 5),
  ).flat();
  const { api, page, done } = await open(t, { facts, maxBytes: 256 * 1024 * 1024 });
  await row(page, 9999).waitFor();
  assert.ok((await page.locator('[role=row]').count()) < 80);
  await page.keyboard.press('/');
  await page.keyboard.type('failed');
  await row(page, 5000).waitFor();
  await page.getByText('1 of 9,999 connections').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Home');
  await row(page, 1).waitFor();
  api.append(sampleConnection(10_000));
  await page.getByText('1 newer connection').waitFor();
  assert.equal(await page.getByRole('grid').evaluate((element) => element.scrollTop), 0);
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.locator('#section-handshakes').waitFor();
  const [list, opened] = await Promise.all([page.getByRole('grid').boundingBox(), row(page, 10_000).boundingBox()]);
  assert.ok(list && opened && opened.y + opened.height <= list.y + list.height, 'the opened row is in view');
  await done();
});

test('the dashboard says that the proxy is gone, and comes back by itself', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, complaints } = await open(t);
  api.append(sampleConnection(1));
  await row(page, 1).waitFor();
  await api.api.close();
  await page.getByText('Connection to the proxy lost.').waitFor();
  assert.equal(await row(page, 1).count(), 1);
  const again = await startSampleApi(t, { uiDir: UI, port: api.port });
  again.append([{ ...STARTED, wallClock: '2026-01-02T04:00:00Z' }, ...sampleConnection(1), ...sampleConnection(2)]);
  await row(page, 2).waitFor();
  await page.getByText('Live').waitFor();
  assert.deepEqual(otherThanAway(complaints), []);
  await page.context().close();
});

test('the dashboard keeps showing a connection that the proxy has forgotten', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page } = await open(t, { facts: sampleConnection(1), hash: '#1', maxBytes: 40_000 });
  await page.locator('#section-handshakes').waitFor();
  for (let conn = 2; conn < 12; conn++) api.append(sampleConnection(conn));
  await page.getByText('The proxy no longer keeps this connection').waitFor();
  assert.equal(await page.locator('button[data-leg=client]').count(), 7);
  assert.equal(await row(page, 1).count(), 0);
  await page.context().close();
});

test('what is deleted while it is open is said to be, without anything to do with it; what never was is no loss', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page } = await open(t, { facts: sampleConnection(1), hash: '#1' });
  await page.locator('#section-handshakes').waitFor();
  const pane = page.locator('section.pane');
  assert.ok((await pane.locator('header button').count()) > 1);
  api.append([{ type: 'capture.deleted', connections: [1], exchanges: [] }]);
  await page.getByText('This connection was deleted; this is what it last said.').waitFor();
  assert.deepEqual(await pane.locator('header button').allInnerTexts(), ['Close']);
  await page.evaluate("location.hash = '#15'");
  await page.getByText('There is no connection 15 (yet).').waitFor();
  await page.context().close();
});

test('the dashboard explains an empty list and a missing token', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  await page.getByText('curl -x http://127.0.0.1:8080').waitFor();
  await done();
  const stranger = await openPage();
  await stranger.page.goto(`http://${api.authority}/`);
  await stranger.page.getByRole('heading', { name: "This page needs the dashboard's token" }).waitFor();
  await stranger.page.context().close();
  assert.equal(page.isClosed(), true);
});

test('the dashboard names its controls and parts for assistive technology', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  api.append(sampleConnection(1, 'refused-by-client'));
  await row(page, 1).click();
  await page.locator('button[data-leg=client][data-n="1"]').click();
  await page.getByRole('tree').waitFor();
  assert.deepEqual(await page.evaluate(NAMELESS), []);
  assert.equal(await page.getByRole('main').count(), 1);
  assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1);
  assert.equal(await page.getByRole('grid', { name: /Connections/ }).count(), 1);
  assert.deepEqual(await page.evaluate(DOUBLE_IDS), []);
  await done();
});

test('the key that shows the keys hides them, and the focus is where it was', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await open(t, { facts: sampleConnection(1) });
  const grid = page.getByRole('grid');
  const dialog = page.getByRole('dialog');
  await grid.focus();
  for (const hide of [() => page.keyboard.press('?'), () => dialog.getByRole('button', { name: 'Close' }).click()]) {
    await page.keyboard.press('?');
    await dialog.waitFor();
    await hide();
    await page.locator('dialog').waitFor({ state: 'detached' });
    assert.equal(await page.evaluate("document.activeElement.getAttribute('role')"), 'grid');
  }
  await done();
});

/** Connection 1, opened, as if all that can be derived had been. */
async function openDetailed(t: TestContext) {
  return open(t, {
    facts: sampleConnection(1),
    hash: '#1',
    prepare: (page) =>
      page.route('**/api/connections/1', async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: detailed((await response.json()) as Connection) });
      }),
  });
}
