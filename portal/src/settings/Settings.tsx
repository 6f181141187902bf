import { Link, useParams } from '@tanstack/react-router';
import { $api } from '@/api/client';
import { PageHead } from '@/parts/Bits';
import { useTitle } from '@/parts/useTitle';
import { runs, useSession } from '@/session/session';
import { CompanyRoom } from '@/settings/CompanyRoom';
import { Keys } from '@/settings/Keys';
import { Me } from '@/settings/Me';
import { NotificationsRoom } from '@/settings/NotificationsRoom';
import { PlanRoom } from '@/settings/PlanRoom';
import { RecordRoom } from '@/settings/RecordRoom';
import { Security } from '@/settings/Security';
import { TaxCodes } from '@/settings/TaxCodes';
import { Units } from '@/settings/Units';
import { Users } from '@/settings/Users';
import { Webhooks } from '@/settings/Webhooks';
import { useSpeech } from '@/words/speech';

const ROOMS = {
  me: Me,
  security: Security,
  company: CompanyRoom,
  units: Units,
  users: Users,
  plan: PlanRoom,
  taxes: TaxCodes,
  notifications: NotificationsRoom,
  keys: Keys,
  webhooks: Webhooks,
  record: RecordRoom,
};
type Room = keyof typeof ROOMS;
const isRoom = (name: string | undefined): name is Room => name !== undefined && name in ROOMS;

export function Settings() {
  const { t } = useSpeech();
  const { room } = useParams({ from: '/inside/settings/{-$room}' });
  const chosen: Room = isRoom(room) ? room : 'company';
  const Shown = ROOMS[chosen];
  const { company } = useSession();
  const own = $api.useQuery('get', '/v1/companies/{company_id}', { params: { path: { company_id: company.id } } });
  const shown: Partial<Record<Room, boolean>> = {
    units: company.buyer,
    plan: company.supplier,
    record: runs(company),
    // elsewhere the law knows the rates
    taxes: company.supplier && own.data?.address.country === 'CA',
  };
  const rooms = (Object.keys(ROOMS) as Room[]).filter((name) => name === chosen || (shown[name] ?? true));
  useTitle(t('place.settings'));
  return (
    <>
      <PageHead title={t('place.settings')} />
      <nav className="views" aria-label={t('settings.rooms')}>
        {rooms.map((name) => (
          <Link
            key={name}
            to="/settings/{-$room}"
            params={{ room: name }}
            aria-current={name === chosen ? 'page' : undefined}
          >
            {t(`settings.room.${name}`)}
          </Link>
        ))}
      </nav>
      <Shown />
    </>
  );
}
