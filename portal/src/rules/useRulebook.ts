import { useMutation, useQueryClient } from '@tanstack/react-query';
import { $api, api } from '@/api/client';
import type { Backtest, Rule, Tested } from '@/rules/shapes';

/** What was found out about a draft. Without `backtest`, its examples do not hold yet. */
export type Trial = { tested: Tested; backtest?: Backtest };

const LOOKED_AT = 100;

/** A unit's rulebook: in force, as a draft, and how a draft is kept, tried and put into force. */
export function useRulebook(unitId: string, own: boolean) {
  const queries = useQueryClient();
  const params = { path: { unit_id: unitId } };
  const kinds = $api.useQuery('get', '/v1/rulebooks/kinds');
  const book = $api.useQuery('get', '/v1/rulebooks/{unit_id}', { params });
  const draft = $api.useQuery('get', '/v1/rulebooks/{unit_id}/draft', { params }, { retry: false, enabled: own });
  const again = () =>
    queries.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith('/v1/rulebooks/{') });
  const keep = useMutation({
    mutationFn: async (rules: Rule[]): Promise<Trial> => {
      const kept = await api.PUT('/v1/rulebooks/{unit_id}/draft', { params, body: { rules } });
      if (kept.error) throw kept.error;
      const tested = await api.POST('/v1/rulebooks/{unit_id}/draft/test', { params });
      if (!tested.data) throw tested.error;
      const found = tested.data as Tested;
      if (!found.passed) return { tested: found };
      const tried = await api.POST('/v1/rulebooks/{unit_id}/draft/backtest', {
        params: { ...params, query: { last: LOOKED_AT } },
      });
      if (!tried.data) throw tried.error;
      return { tested: found, backtest: tried.data as Backtest };
    },
    onSuccess: again,
  });
  const publish = $api.useMutation('post', '/v1/rulebooks/{unit_id}/publish', { onSuccess: again });
  const rollback = $api.useMutation('post', '/v1/rulebooks/{unit_id}/rollback', { onSuccess: again });
  return { params, kinds, book, draft, keep, publish, rollback };
}
