import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_TREE_DIFFS, type TreeDiff, treeDiffs } from '../../src/insight/field-diffs-trees.ts';
import type { Field } from '../../src/shared/model.ts';
import { decodeMessage } from '../../src/wire/tls/messages/table.ts';
import fc from '../support/property.ts';
import { clientHelloBytes, type HelloOffer } from './handshake-fixture.ts';
import { recordedHandshake } from './recorded.ts';

const OFFER: HelloOffer = {
  suites: [0x3a3a, 0x1301, 0x1302, 0xc02b],
  versions: [0x1a1a, 0x0304, 0x0303],
  groups: [29, 23],
  shares: [29],
  schemes: [0x0403, 0x0804],
  alpn: ['h2', 'http/1.1'],
  serverName: 'a.test',
};

const hello = (over: Partial<HelloOffer> = {}): readonly Field[] =>
  decodeMessage(Uint8Array.from(clientHelloBytes({ ...OFFER, ...over })), {}, true).fields;
const telling = (rows: readonly TreeDiff[]) =>
  rows.filter(({ verdict }) => verdict !== 'equal' && verdict !== 'fresh').map(({ path, verdict }) => [path, verdict]);
const field = (name: string, over: Partial<Field> = {}): Field => ({ name, range: [0, 1], ...over });

describe('treeDiffs', () => {
  it('finds nothing but what must differ in a message beside itself and beside its like', () => {
    assert.deepEqual(telling(treeDiffs(hello(), hello()).rows), []);
    const { rows, cut } = treeDiffs(hello(), hello({ suites: [0x8a8a, 0x1301, 0x1302, 0xc02b] }));
    assert.equal(cut, false);
    const reserved = rows.filter(({ path }) => path === 'cipher_suites › GREASE');
    assert.deepEqual(
      reserved.map(({ verdict }) => verdict),
      ['fresh'],
    );
    assert.match(reserved[0]!.text!, /RFC 8701/);
    assert.deepEqual(telling(rows), []);
  });

  it('names what stands on one side alone, differs, or moved', () => {
    const other = hello({ suites: [0x3a3a, 0x1302, 0x1301], serverName: 'b.test', alpn: ['h2'] });
    const { rows } = treeDiffs(hello(), other);
    const found = Object.fromEntries(rows.map((row) => [row.path, row]));
    assert.equal(found['cipher_suites › TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256']?.verdict, 'only-a');
    assert.equal(rows.filter(({ path, verdict }) => path.startsWith('cipher_suites') && verdict === 'moved').length, 1);
    const name = rows.find(({ path }) => path.endsWith('› host_name'));
    assert.deepEqual([name?.a, name?.b, name?.verdict], ['a.test', 'b.test', 'different']);
    assert.ok(rows.some(({ path, verdict }) => path.endsWith('› http/1.1') && verdict === 'only-a'));
    assert.ok(!rows.some(({ path }) => path.includes('length') || path.includes('extension_data')));
  });

  it('tells a random, a share and a signature from a value that need not differ', async () => {
    const [one, other] = await Promise.all([recordedHandshake('tls13-ecdsa'), recordedHandshake('tls13-chacha20')]);
    for (const name of ['ServerHello', 'CertificateVerify', 'Finished']) {
      const [a, b] = [one, other].map((each) => each.messages.find(({ type }) => type.name === name)!);
      const { rows } = treeDiffs(a!.fields, b!.fields);
      const fresh = rows.filter(({ verdict }) => verdict === 'fresh');
      assert.ok(fresh.length > 0 && fresh.every(({ text }) => text !== undefined), name);
      if (name !== 'CertificateVerify')
        assert.ok(
          telling(rows).every(([path]) => !/random|key_exchange|verify_data/.test(path!)),
          name,
        );
    }
  });

  it('takes the signature algorithm inside a certificate for what it is', () => {
    const leaf = (algorithm: string) => [
      field('tbsCertificate', {
        children: [field('signature', { children: [field('algorithm', { value: algorithm })] })],
      }),
    ];
    const { rows } = treeDiffs(
      [field('Certificate', { children: leaf('1') })],
      [field('Certificate', { children: leaf('2') })],
    );
    assert.deepEqual(rows, [{ path: 'tbsCertificate › signature › algorithm', a: '1', b: '2', verdict: 'different' }]);
  });

  it('takes no text of a peer for GREASE', () => {
    const [a, b] = ['GREASE (0x0a0a)', 'GREASE (0x1a1a)'].map((text) => [
      field('protocol_name', { value: '47', text }),
    ]);
    assert.deepEqual(
      treeDiffs(a!, b!).rows.map(({ verdict }) => verdict),
      ['different'],
    );
  });

  it('is bounded in rows and in depth', () => {
    const many = Array.from({ length: 1000 }, (_, n) =>
      field('group', { children: Array.from({ length: 9 }, (_, m) => field(`${n} ${m}`, { value: m })) }),
    );
    const wide = treeDiffs(many, many);
    assert.ok(wide.cut && wide.rows.length <= MAX_TREE_DIFFS + 9);
    let deep = field('leaf', { value: 1 });
    for (let n = 0; n < 5000; n++) deep = field(`level ${n}`, { children: [deep] });
    assert.ok(treeDiffs([deep], [deep]).cut);
  });

  it('is symmetric, and equal beside itself, for any trees', () => {
    const { tree } = fc.letrec<{ tree: Field[]; field: Field }>((tie) => ({
      tree: fc.array(tie('field'), { maxLength: 5 }),
      field: fc.record({
        name: fc.constantFrom('random', 'length', 'entry', 'cipher_suite', 'cert_data', 'x'),
        range: fc.constant([0, 0] as [number, number]),
        value: fc.oneof(fc.nat(3), fc.constantFrom('00', 'ff')),
        children: fc.oneof({ depthSize: 'small' }, fc.constant([]), tie('tree')),
      }) as fc.Arbitrary<Field>,
    }));
    const other = { 'only-a': 'only-b', 'only-b': 'only-a' } as Record<string, string>;
    fc.assert(
      fc.property(tree, tree, (a, b) => {
        assert.ok(treeDiffs(a, a).rows.every(({ verdict }) => verdict === 'equal'));
        const count = (rows: readonly TreeDiff[], of: (verdict: string) => string) =>
          rows
            .filter(({ verdict }) => verdict.startsWith('only'))
            .map(({ verdict }) => of(verdict))
            .sort();
        assert.deepEqual(
          count(treeDiffs(a, b).rows, (verdict) => verdict),
          count(treeDiffs(b, a).rows, (verdict) => other[verdict]!),
        );
      }),
    );
  });
});
