import { describe, expect, it } from 'vitest';
import { inFrench } from '@/words/fr/refusals';
import texts from '@/words/fr/refusals.json';

describe('a refusal in French', () => {
  it('keeps the values that the service named', () => {
    expect(inFrench('NUMBER_TAKEN', 'You have sent an invoice with number F-12 already.')).toBe(
      'Vous avez déjà envoyé une facture n°\u00a0F-12.',
    );
    expect(inFrench('VALUE_ERROR', 'a logo has at most 200 kB')).toBe('Un logo pèse au plus 200 ko.');
  });

  it('goes by its code where nothing else is known', () => {
    expect(inFrench('NO_LINES', 'An invoice has at least one line.')).toBe('Une facture a au moins une ligne.');
    expect(inFrench('NEVER_HEARD_OF', 'Something.')).toBeUndefined();
  });

  it('says something for each code, once', () => {
    const said = Object.values(texts);
    expect(said.filter((text) => !/[.?]$/.test(text))).toEqual([]);
    expect(said.filter((text) => /\b(the|your|invoice)\b/i.test(text))).toEqual([]);
  });
});
