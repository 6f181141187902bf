import { useQuery } from '@tanstack/react-query';
import { api } from '@/api/client';
import type { components } from '@/api/generated/registration';

export type Connection = components['schemas']['ConnectionView'];
const MOST_A_PAGE = 200;

/** Every connection of the company, page after page: a choice that lacked some would hide a partner. */
export function useConnections({ enabled = true } = {}) {
  return useQuery({
    queryKey: ['get', '/v1/connections', 'every'],
    enabled,
    queryFn: async () => {
      const found: Connection[] = [];
      let cursor: string | undefined;
      do {
        const query = { limit: MOST_A_PAGE, ...(cursor ? { cursor } : {}) };
        const { data, error } = await api.GET('/v1/connections', { params: { query } });
        if (!data) throw error;
        found.push(...data.items);
        cursor = data.next ?? undefined;
      } while (cursor);
      return found;
    },
  });
}

/** Whether this company was asked for the connection: then it accepts or refuses. */
export const isAsked = ({ asked_by, supplier_id, buyer_id }: Connection, me: string) =>
  (asked_by === 'buyer' ? supplier_id : buyer_id) === me;

export const isActive = ({ status }: Connection) => status === 'active';

/** Whether somebody of the two waits for nothing but an answer, or for nothing at all. */
export const isOpen = (status?: string) => status === 'requested' || status === 'active';
