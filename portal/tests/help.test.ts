import { describe, expect, it } from 'vitest';
import { content as en } from '@/help/content/en';
import { content as fr } from '@/help/content/fr';
import { EXPLAINED, GUIDES, PICTURES, QUESTIONS } from '@/help/content/shape';

const taken = Object.keys(import.meta.glob('../public/guides/*/*.jpg', { query: '?url' }));

describe('the help centre', () => {
  it('has as many steps, with the same pictures, in both languages', () => {
    for (const name of GUIDES)
      expect(en.guides[name].steps.map(({ picture }) => picture)).toEqual(
        fr.guides[name].steps.map(({ picture }) => picture),
      );
  });

  it('shows only pictures that were taken, and every one of them', () => {
    const named = new Set(GUIDES.flatMap((name) => fr.guides[name].steps.map(({ picture }) => picture ?? '')));
    named.delete('');
    expect([...named].sort()).toEqual([...PICTURES].sort());
    for (const lang of ['fr', 'en'])
      for (const picture of PICTURES) expect(taken).toContain(`../public/guides/${lang}/${picture}.jpg`);
  });

  it('answers every question that an error leads to', () => {
    expect(Object.values(EXPLAINED).filter((name) => !QUESTIONS.includes(name))).toEqual([]);
    for (const { q, a } of [...Object.values(fr.questions), ...Object.values(en.questions)])
      expect(q.length * a.length).toBeGreaterThan(0);
  });
});
