import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Field } from '../../../src/shared/model.ts';
import { explainField } from '../../../web-ui/src/detail/explain-field.ts';

const field = (name: string, children: Field[] = []): Field => ({ name, range: [0, 1], children });

const FIELDS = [
  field('msg_type'),
  field('ClientHello', [
    field('extensions', [field('server_name', [field('extension_type'), field('no such thing')])]),
    field('no such thing'),
  ]),
];

describe('explainField', () => {
  const term = (...path: number[]) => explainField(FIELDS, path, 'ClientHello')?.term;

  it('explains the field itself, or what is nearest around it', () => {
    assert.equal(term(0), 'msg_type');
    assert.equal(term(1, 0, 0), 'SNI');
    assert.equal(term(1, 0, 0, 0), 'extensions');
    assert.equal(term(1, 0, 0, 1), 'SNI');
    assert.equal(term(1, 1), 'ClientHello');
  });

  it('explains the message where nothing is chosen, and nothing where nothing is known', () => {
    assert.equal(term(), 'ClientHello');
    assert.equal(explainField([field('x')], [0], 'y'), undefined);
    assert.equal(explainField([], [4, 2], 'Finished')?.term, 'Finished');
  });
});
