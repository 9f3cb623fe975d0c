/** Each rule is seen where it should be, and recorded handshakes show the rules that hold of them and no others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FINDING_RULES, findingsOf } from '../../src/insight/findings.ts';
import { flows } from '../wire/tls/replay.ts';
import { FINDING_CASES, HEALTHY, OLD_VERSION_LISTED_LAST, RESUMED, RETRIED } from './finding-cases.ts';
import { FLOW_FINDINGS } from './flow-findings.ts';
import { recordedHandshake } from './recorded.ts';

const AT = new Date('2026-06-01T00:00:00Z');
const rulesOf = (connection: Parameters<typeof findingsOf>[0]) => findingsOf(connection, AT).map(({ rule }) => rule);

test('a healthy pair of TLS 1.3 handshakes has no findings', () => {
  assert.deepEqual(rulesOf(HEALTHY), []);
});

for (const { rule } of FINDING_RULES) {
  test(rule, () => {
    const cases = FINDING_CASES[rule];
    assert.ok(cases, 'no case for this rule');
    const findings = findingsOf(cases.seen, AT).filter((finding) => finding.rule === rule);
    assert.ok(findings.length > 0, `not seen; seen were ${rulesOf(cases.seen)}`);
    for (const { text, title, advice } of findings) {
      assert.match(text, cases.text);
      assert.doesNotMatch(`${title} ${text} ${advice}`, /undefined\b(?!$)|NaN|\[object|\.\./);
    }
    if (cases.leg !== undefined) assert.equal(findings[0]?.leg, cases.leg);
    if (cases.messages !== undefined) assert.deepEqual(findings[0]?.messages, cases.messages);
    assert.ok(!rulesOf(cases.quiet ?? HEALTHY).includes(rule), 'seen where nothing is');
  });
}

test('rule names are unique, and cases exist only for rules', () => {
  const names = FINDING_RULES.map(({ rule }) => rule);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual(
    Object.keys(FINDING_CASES).filter((name) => !names.includes(name)),
    [],
  );
});

test('the gravest come first', () => {
  const severities = findingsOf(FINDING_CASES['weak-suite']!.seen, AT).map(({ severity }) => severity);
  const order = ['error', 'warning', 'note'];
  assert.deepEqual(
    severities,
    [...severities].sort((a, b) => order.indexOf(a) - order.indexOf(b)),
  );
});

test('a connection without TLS has no findings', () => {
  assert.deepEqual(rulesOf({ ...HEALTHY, legs: {} }), []);
});

test('without a client leg the offer is read from the server leg', () => {
  const { server } = FINDING_CASES['no-sni']!.seen.legs;
  const alone = { ...HEALTHY, legs: { server: { ...HEALTHY.legs.server!, tls: server!.tls! } } };
  assert.equal(findingsOf(alone, AT).find(({ rule }) => rule === 'no-sni')?.leg, 'server');
});

const seen = (connection: Parameters<typeof findingsOf>[0], rule: string) =>
  findingsOf(connection, AT).find((finding) => finding.rule === rule);
const recorded = (name: string) => ({
  ...HEALTHY,
  legs: { server: { ...HEALTHY.legs.server!, tls: recordedHandshake(name) } },
});

test('early data: accepted it can be replayed, refused it is lost time', () => {
  const accepted = seen(recorded('tls13-early-data-accepted'), 'early-data');
  assert.equal(accepted?.severity, 'warning');
  assert.match(accepted.text, /^The server accepted/);
  const refused = seen(recorded('tls13-early-data-refused'), 'early-data');
  assert.equal(refused?.severity, 'note');
  assert.match(refused.text, /^The server did not accept/);
});

test('a guard that was lowered is a warning only where an old version was chosen', () => {
  const { seen: lowered } = FINDING_CASES['guard-lowered']!;
  const chosen = (version: string) => {
    const server = lowered.legs.server!;
    const client = lowered.legs.client!;
    const legs = {
      client: { ...client, tls: { ...client.tls!, version } },
      server: { ...server, tls: { ...server.tls!, version } },
    };
    return seen({ ...lowered, legs }, 'guard-lowered');
  };
  assert.equal(chosen('TLS 1.1')?.severity, 'warning');
  assert.equal(chosen('TLS 1.2')?.severity, 'note');
  assert.match(chosen('TLS 1.2')?.advice ?? '', /^Only the offer was widened/);
});

test('a retry says which group would have avoided it, or that its cookie would not', () => {
  const [group, cookie] = [0x0017, undefined].map((wish) => seen(RETRIED(wish), 'hello-retry'));
  assert.match(group?.advice ?? '', /put secp256r1 first among its groups, or the server accept one/);
  assert.match(cookie?.text ?? '', /cookie brought back, which no other offer would have spared/);
  assert.equal(cookie?.advice, undefined);
});

test('a key agreed on beforehand resumes nothing', () => {
  assert.equal(seen(RESUMED('agreed'), 'resumed'), undefined);
  assert.notEqual(seen(RESUMED('psk'), 'resumed'), undefined);
});

test('a place in the list counts the suites of the chosen version alone', () => {
  assert.equal(seen(OLD_VERSION_LISTED_LAST, 'suite-low-in-list'), undefined);
});

test('renegotiations are counted as far as was read', () => {
  const handshake = recordedHandshake('tls12-ecdsa-gcm');
  const again = handshake.messages.map((message) => ({ ...message, renegotiation: 3 }));
  const textOf = (level: 'full' | 'partial') => {
    const tls = { ...handshake, messages: again, visibility: { level } };
    return seen({ ...HEALTHY, legs: { server: { ...HEALTHY.legs.server!, tls } } }, 'renegotiated')?.text;
  };
  assert.equal(textOf('full'), 'It happened 3 times.');
  assert.equal(textOf('partial'), 'It happened at least 3 times.');
});

test('a bare key is no lack of certificates', () => {
  const problems = [{ code: 'no-certificate', at: 0, text: 'None.' }] as const;
  const chain = { path: [], unused: [], trusted: false, problems, timestamps: 0 };
  const of = (name: string) => {
    const server = { ...HEALTHY.legs.server!, tls: recordedHandshake(name, { chain }) };
    return seen({ ...HEALTHY, legs: { server } }, 'chain-no-certificate');
  };
  assert.equal(of('tls13-raw-public-key'), undefined);
  assert.notEqual(of('tls13-ecdsa'), undefined);
});

test('advice on client certificates goes to who has shown none', () => {
  assert.equal(seen(recorded('tls13-client-certificate'), 'client-certificate-asked')?.advice, undefined);
  assert.match(seen(recorded('tls13-encrypted-alert'), 'client-certificate-asked')?.advice ?? '', /--passthrough/);
});

for (const name of flows.keys()) {
  test(`recorded handshake ${name}: what holds of it, and every finding is whole`, () => {
    const tls = recordedHandshake(name);
    const server = { ...HEALTHY.legs.server!, tls };
    const findings = findingsOf({ ...HEALTHY, legs: { server } }, AT);
    for (const { text, title } of findings) assert.doesNotMatch(`${title} ${text}`, /\bundefined\b|NaN|\[object/);
    const rules = findings.map(({ rule }) => rule);
    assert.deepEqual(rules.sort(), [...(FLOW_FINDINGS[name] ?? [])].sort());
  });
}

test('what holds is written down for recorded handshakes only', () => {
  assert.deepEqual(
    Object.keys(FLOW_FINDINGS).filter((name) => !flows.has(name)),
    [],
  );
});
