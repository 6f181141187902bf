import { describe, expect, it } from 'vitest';
import { content } from '@/help/content/fr';
import { words } from '@/words/fr';
import { inFrench } from '@/words/fr/refusals';
import { speech } from '@/words/speech';
import { typeset, typesetAll } from '@/words/typeset';

const LOOSE = / [;:!?»]|« /;

describe('French', () => {
  it('keeps a double sign with its word', () => {
    expect(typeset('Pourquoi ? Ceci : cela ; non !')).toBe('Pourquoi\u202f? Ceci\u00a0: cela\u202f; non\u202f!');
    expect(typeset('Voir « Mes factures ».')).toBe('Voir «\u00a0Mes factures\u00a0».');
    expect(typeset('TVH 13 %, facture n° {{number}}')).toBe('TVH 13\u00a0%, facture n°\u00a0{{number}}');
  });

  it('leaves alone what is set already, what is English and what is no text', () => {
    const set = typeset('Déjà fait : oui ?');
    expect(typeset(set)).toBe(set);
    expect(typeset('https://navette.example:8443/a?b=1')).toBe('https://navette.example:8443/a?b=1');
    expect(typesetAll({ keys: ['a :', 1, null], on: true })).toEqual({ keys: ['a\u00a0:', 1, null], on: true });
  });

  it('has no loose sign in any text of the portal', () => {
    expect(JSON.stringify(words)).toMatch(LOOSE);
    expect(JSON.stringify(typesetAll({ words, content }))).not.toMatch(LOOSE);
    expect(inFrench('X', 'More is left to pay, 12 EUR is paid')).toBeUndefined();
    expect(inFrench('ADDRESS_TAKEN', '-')).not.toMatch(LOOSE);
  });

  it('sets what services say in both languages, and only the French of it', () => {
    const texts = { fr: 'Encore : oui.', en: 'Again : yes.' };
    expect(speech('fr', 'Europe/Paris').said(texts)).toBe('Encore\u00a0: oui.');
    expect(speech('en', 'Europe/Paris').said(texts)).toBe('Again : yes.');
  });
});
