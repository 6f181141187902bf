import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';
import type { components } from '@/api/generated/registration';

export type Profile = Required<components['schemas']['Profile']>;
export type List = Exclude<keyof Profile, 'accent'>;
/** An entry as its form holds it: every field a text. */
export type Entry = Record<string, string>;

/** The fields of an entry of each list; those of an address lie within it. */
export const FIELDS = {
  bank_accounts: ['label', 'iban', 'bic', 'holder'],
  billing_addresses: ['label', 'line_one', 'line_two', 'postal_code', 'city', 'country'],
  contacts: ['name', 'purpose', 'email', 'phone'],
} as const satisfies Record<List, readonly string[]>;
export const LISTS = Object.keys(FIELDS) as List[];
export const PURPOSES = ['billing', 'orders', 'compliance', 'technical', 'other'] as const;

export function toEntry(list: List, item: unknown): Entry {
  const { address, ...others } = (item ?? {}) as { address?: Entry } & Entry;
  const flat: Entry = { ...others, ...address };
  const first: Entry = { country: 'FR', purpose: 'billing' };
  return Object.fromEntries(FIELDS[list].map((field) => [field, flat[field] || first[field] || '']));
}

export function fromEntry(list: List, entry: Entry): unknown {
  if (list !== 'billing_addresses') return entry;
  const { label, ...address } = entry;
  return { label, address };
}

/** The profile, and how to write one of its lists anew over the version that was read. */
export function useProfile(companyId: string) {
  const queries = useQueryClient();
  const params = { path: { company_id: companyId } };
  const key = { queryKey: ['get', '/v1/companies/{company_id}/profile'] };
  const profile = $api.useQuery('get', '/v1/companies/{company_id}/profile', { params });
  const change = $api.useMutation('put', '/v1/companies/{company_id}/profile', {
    onSettled: () => {
      void queries.invalidateQueries(key);
      void queries.invalidateQueries({ queryKey: ['get', '/v1/companies/{company_id}/profile/versions'] });
    },
  });
  const write = (list: List, items: unknown[]) =>
    change.mutateAsync({ params, body: { ...profile.data, [list]: items } as never });
  return { profile, change, write };
}
