import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pairMessages } from '../../src/insight/pair-messages.ts';
import fc from '../support/property.ts';

interface Named {
  readonly n: number;
  readonly sender: 'client' | 'server';
  readonly contentType: 20 | 22;
  readonly type: { readonly id: number; readonly name: string };
}

/** `>ClientHello <ServerHello`, as in the other tests; `CCS` is a ChangeCipherSpec. */
function flight(text: string): Named[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map((word, n) => ({
      n,
      sender: word[0] === '>' ? 'client' : 'server',
      contentType: word.endsWith('CCS') ? 20 : 22,
      type: { id: 0, name: word.slice(1) },
    }));
}

function paired(a: string, b: string): string[] {
  return pairMessages(flight(a), flight(b)).map(
    (pair) => `${pair.a?.type.name ?? '-'}|${pair.b?.type.name ?? '-'}${pair.moved ? ' moved' : ''}`,
  );
}

describe('pairMessages', () => {
  it('pairs what both have, and leaves what one has alone in its place', () => {
    assert.deepEqual(paired('>CH <SH <Cert <Fin', '>CH <SH <Request <Cert <Fin'), [
      'CH|CH',
      'SH|SH',
      '-|Request',
      'Cert|Cert',
      'Fin|Fin',
    ]);
    assert.deepEqual(paired('', '>CH'), ['-|CH']);
    assert.deepEqual(paired('>Fin', '<Fin'), ['Fin|-', '-|Fin']);
  });

  it('leaves no message alone for the sake of a ChangeCipherSpec', () => {
    assert.deepEqual(paired('>CH <SH <CCS <EE', '>CH <HRR <CCS >CH <SH <EE'), [
      'CH|CH',
      '-|HRR',
      '-|CH',
      'SH|SH',
      'CCS|CCS moved',
      'EE|EE',
    ]);
  });

  it('pairs what only stands at another place, whose place is that in A', () => {
    assert.deepEqual(paired('<SH <CCS <Fin >CCS >Fin', '<SH >CCS >Fin <CCS <Fin'), [
      'SH|SH',
      'CCS|CCS moved',
      'Fin|Fin moved',
      'CCS|CCS',
      'Fin|Fin',
    ]);
    assert.deepEqual(paired('<T <Fin', '<Fin <T <T'), ['T|T moved', 'Fin|Fin', '-|T']);
    assert.deepEqual(paired('>Fin <SH', '<SH <Fin'), ['Fin|-', 'SH|SH', '-|Fin']);
  });

  it('has each message once, in order, and pairs of one kind only', () => {
    const any = fc
      .array(fc.constantFrom('>CH', '<SH', '<CCS', '>CCS', '<T'), { maxLength: 12 })
      .map((words) => flight(words.join(' ')));
    fc.assert(
      fc.property(any, any, (a, b) => {
        const pairs = pairMessages(a, b);
        assert.deepEqual(
          pairs.flatMap((pair) => pair.a ?? []),
          a,
        );
        assert.deepEqual(
          pairs.flatMap((pair) => pair.b ?? []).toSorted((one, other) => one.n - other.n),
          b,
        );
        const inPlace = pairs.flatMap((pair) => (pair.b && !pair.moved ? pair.b.n : []));
        assert.deepEqual(
          inPlace,
          inPlace.toSorted((one, other) => one - other),
        );
        const kindOf = ({ sender, type }: Named) => `${sender} ${type.name}`;
        const alone = pairs.filter((pair) => !pair.a || !pair.b);
        for (const { a: one } of alone)
          for (const { b: other } of alone) if (one && other) assert.notEqual(kindOf(one), kindOf(other));
        for (const pair of pairs)
          if (pair.a && pair.b) assert.deepEqual([pair.a.sender, pair.a.type], [pair.b.sender, pair.b.type]);
        assert.equal(pairMessages(a, a).filter((pair) => pair.a && pair.b).length, a.length);
      }),
    );
  });

  it('stays quick when there are very many', () => {
    const many = flight(Array.from({ length: 20_000 }, () => '<T').join(' '));
    assert.equal(pairMessages(many, many.slice(1)).flatMap((pair) => pair.a ?? []).length, 20_000);
  });
});
