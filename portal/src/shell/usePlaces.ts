import { isBuyer, useSession } from '@/session/session';
import { BUYER_PLACES, FOOT, SUPPLIER_PLACES } from '@/shell/places';

/** Where one can go, by the side one is on. */
export function usePlaces() {
  const { company } = useSession();
  return { places: isBuyer(company) ? BUYER_PLACES : SUPPLIER_PLACES, foot: FOOT };
}
