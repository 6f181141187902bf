import { describe, expect, it } from 'vitest';
import { words as en } from '@/words/en';
import { words as fr } from '@/words/fr';

type Tree = { [key: string]: string | Tree };
const keys = (tree: Tree, path = ''): string[] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [path + key] : keys(value, `${path}${key}.`),
  );
const texts = (tree: Tree): string[] =>
  Object.values(tree).flatMap((value) => (typeof value === 'string' ? [value] : texts(value)));
const files = import.meta.glob<string>('../src/**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });
const sources = Object.values(files).join('\n');

describe('the words', () => {
  it('are the same in French and English', () => {
    expect(keys(en).sort()).toEqual(keys(fr).sort());
  });

  it('say something, each of them', () => {
    expect([...texts(fr), ...texts(en)].filter((text) => text.trim() === '')).toEqual([]);
  });

  it('take the same values in both languages', () => {
    const values = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map(([, name]) => name).sort();
    const french = texts(fr);
    expect(texts(en).filter((text, i) => values(text).join() !== values(french[i]!).join())).toEqual([]);
  });

  it('exist for every key that a screen names', () => {
    const known = new Set(keys(fr).map((key) => key.replace(/_(zero|one|other)$/, '')));
    const named = [...sources.matchAll(/\bt\('([\w.]+)'/g)].map(([, key]) => key!);
    expect(named.length).toBeGreaterThan(150);
    expect(named.filter((key) => !known.has(key))).toEqual([]);
  });
});
