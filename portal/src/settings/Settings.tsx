import { Link, useParams } from '@tanstack/react-router';
import { PageHead } from '@/parts/Bits';
import { useTitle } from '@/parts/useTitle';
import { CompanyRoom } from '@/settings/CompanyRoom';
import { Me } from '@/settings/Me';
import { NotificationsRoom } from '@/settings/NotificationsRoom';
import { Security } from '@/settings/Security';
import { Users } from '@/settings/Users';
import { Webhooks } from '@/settings/Webhooks';
import { useSpeech } from '@/words/speech';

const ROOMS = {
  me: Me,
  security: Security,
  company: CompanyRoom,
  users: Users,
  notifications: NotificationsRoom,
  webhooks: Webhooks,
};
type Room = keyof typeof ROOMS;
const isRoom = (name: string | undefined): name is Room => name !== undefined && name in ROOMS;

export function Settings() {
  const { t } = useSpeech();
  const { room } = useParams({ from: '/inside/settings/{-$room}' });
  const chosen: Room = isRoom(room) ? room : 'company';
  const Shown = ROOMS[chosen];
  useTitle(t('place.settings'));
  return (
    <>
      <PageHead title={t('place.settings')} />
      <nav className="views" aria-label={t('settings.rooms')}>
        {(Object.keys(ROOMS) as Room[]).map((name) => (
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
