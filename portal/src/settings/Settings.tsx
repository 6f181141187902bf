import { Link, useParams } from '@tanstack/react-router';
import { PageHead } from '@/parts/Bits';
import { useTitle } from '@/parts/useTitle';
import { useSession } from '@/session/session';
import { CompanyRoom } from '@/settings/CompanyRoom';
import { Keys } from '@/settings/Keys';
import { Me } from '@/settings/Me';
import { NotificationsRoom } from '@/settings/NotificationsRoom';
import { PlanRoom } from '@/settings/PlanRoom';
import { Security } from '@/settings/Security';
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
  notifications: NotificationsRoom,
  keys: Keys,
  webhooks: Webhooks,
};
type Room = keyof typeof ROOMS;
const isRoom = (name: string | undefined): name is Room => name !== undefined && name in ROOMS;

export function Settings() {
  const { t } = useSpeech();
  const { room } = useParams({ from: '/inside/settings/{-$room}' });
  const chosen: Room = isRoom(room) ? room : 'company';
  const Shown = ROOMS[chosen];
  const { company } = useSession();
  const rooms = (Object.keys(ROOMS) as Room[]).filter(
    (name) => (name !== 'units' || company.buyer) && (name !== 'plan' || company.supplier),
  );
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
