import i18next from 'i18next';
import { describe, expect, it } from 'vitest';
import { words as en } from '@/words/en';
import { words as fr } from '@/words/fr';

describe.each([
  ['fr', fr, 'À créditer', 'À facturer', 'Créditer la commande 7'],
  ['en', en, 'To credit', 'To invoice', 'Credit order 7'],
])('a credit note in %s', (lng, words, credited, invoiced, title) => {
  const said = i18next.createInstance({ lng, resources: { [lng]: { translation: words } } });
  void said.init({ initAsync: false });

  it('speaks of what is credited, and an invoice of what is invoiced', () => {
    expect(said.t('convert.to_invoice', { context: 'credit' })).toBe(credited);
    expect(said.t('convert.to_invoice', { context: undefined })).toBe(invoiced);
    expect(said.t('convert.title', { order: '7', context: 'credit' })).toBe(title);
  });
});
