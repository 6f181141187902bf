import { ActionIcon, Drawer, Modal } from '@mantine/core';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { KeyList } from '@/help/KeyList';
import { Kbd } from '@/parts/Bits';
import { Icon } from '@/parts/Icon';
import { Wordmark } from '@/parts/Mark';
import { useSession } from '@/session/session';
import { Company } from '@/shell/Company';
import { Controls } from '@/shell/Controls';
import { LiveContext } from '@/shell/LiveMark';
import { useLive } from '@/shell/live';
import { Palette } from '@/shell/Palette';
import { isHere, type Place } from '@/shell/places';
import { useCounts } from '@/shell/useCounts';
import { usePlaces } from '@/shell/usePlaces';
import { useShortcuts } from '@/shell/useShortcuts';
import { useSpeech } from '@/words/speech';

const initials = (name: string) =>
  name
    .split(/\s+/)
    .map((word) => word[0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase();

/** The ground carries navigation, the paper carries work. */
export function Shell() {
  const { t } = useSpeech();
  const { who, side, leave } = useSession();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const rail = useRouterState({ select: (state) => state.matches.some(({ staticData }) => staticData.rail) });
  const { places, foot } = usePlaces();
  const live = useLive();
  const [menu, setMenu] = useState(false);
  const [palette, setPalette] = useState(false);
  const [keys, setKeys] = useState(false);
  const main = useRef<HTMLElement>(null);
  const arrived = useRef(path);
  useShortcuts({
    openPalette: () => setPalette((open) => !open),
    showKeys: () => setKeys(true),
  });
  useEffect(() => {
    if (arrived.current === path) return;
    arrived.current = path;
    setMenu(false);
    if (!main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true });
  }, [path]);

  const link = (place: Place) => <PlaceLink key={place.to} place={place} here={isHere(place, path)} rail={rail} />;
  return (
    <div className="shell" data-rail={rail || undefined}>
      <a className="skip" href="#main">
        {t('shell.skip')}
      </a>
      <aside className="side">
        <Link to={places[0]!.to} className="brand" aria-label={`Navette, ${t('place.home')}`}>
          <Wordmark size={26} />
        </Link>
        <Company rail={rail} />
        <nav aria-label={t('shell.navigation')} className="nav">
          {places.map(link)}
        </nav>
        <div className="side-foot">
          <nav aria-label={t('shell.more')} className="nav">
            {foot.map(link)}
          </nav>
        </div>
      </aside>
      <div className="stage">
        <header className="top">
          <Link to={places[0]!.to} className="brand phone" aria-label={`Navette, ${t('place.home')}`}>
            <Wordmark size={24} />
          </Link>
          <button type="button" className="seek" onClick={() => setPalette(true)}>
            <Icon name="search" size={16} />
            <span>{t('palette.invite')}</span>
            <Kbd>Ctrl K</Kbd>
          </button>
          <div className="row end top-tools">
            <div className="row desk">
              <Controls />
            </div>
            <ActionIcon
              className="phone"
              variant="subtle"
              color="gray"
              size={38}
              onClick={() => setPalette(true)}
              aria-label={t('palette.search')}
            >
              <Icon name="search" size={20} />
            </ActionIcon>
            <Link
              to="/settings/{-$room}"
              params={{ room: 'me' }}
              className="avatar"
              aria-label={`${initials(who.name)}, ${t('shell.me')}`}
            >
              {initials(who.name)}
            </Link>
          </div>
        </header>
        <main id="main" tabIndex={-1} ref={main}>
          <LiveContext value={live}>
            <Outlet />
          </LiveContext>
        </main>
      </div>
      <nav className="tabs-bar" aria-label={t('shell.phone')}>
        {places.slice(0, 3).map((place) => (
          <PlaceTab key={place.to} place={place} here={isHere(place, path)} />
        ))}
        <button type="button" onClick={() => setMenu(true)} aria-haspopup="dialog">
          <span className="tab-icon">
            <Icon name="more" size={21} />
          </span>
          {t('shell.more')}
        </button>
      </nav>
      <Drawer
        opened={menu}
        onClose={() => setMenu(false)}
        position="bottom"
        size="auto"
        title={t('shell.more')}
        closeButtonProps={{ 'aria-label': t('shell.close') }}
      >
        {(who.companies.length > 1 || side) && <Company rail={false} />}
        <div className="nav">
          {[...places.slice(3), ...foot].map(link)}
          <button type="button" className="nav-link bare-link" onClick={() => void leave()}>
            <Icon name="arrow" size={19} />
            <span>{t('shell.leave')}</span>
          </button>
        </div>
        <div className="row between drawer-foot">
          <Controls />
        </div>
      </Drawer>
      <Modal
        opened={keys}
        onClose={() => setKeys(false)}
        title={t('help.keys')}
        closeButtonProps={{ 'aria-label': t('shell.close') }}
      >
        <KeyList />
      </Modal>
      <Palette opened={palette} onClose={() => setPalette(false)} />
    </div>
  );
}

function Count({ place }: { place: Place }) {
  const { t } = useSpeech();
  const count = useCounts()[place.word];
  if (!count?.shown) return null;
  return (
    <span className="nav-count" data-alarm={count.alarm || undefined}>
      {count.shown}
      {count.alarm && <span className="sr"> {t('shell.failed')}</span>}
    </span>
  );
}

function PlaceLink({ place, here, rail }: { place: Place; here: boolean; rail: boolean }) {
  const { t } = useSpeech();
  const word = t(`place.${place.word}`);
  return (
    <Link to={place.to} className="nav-link" aria-current={here ? 'page' : undefined} title={rail ? word : undefined}>
      <Icon name={place.icon} size={19} />
      <span className="nav-word">{word}</span>
      <Count place={place} />
    </Link>
  );
}

function PlaceTab({ place, here }: { place: Place; here: boolean }) {
  const { t } = useSpeech();
  return (
    <Link to={place.to} aria-current={here ? 'page' : undefined}>
      <span className="tab-icon">
        <Icon name={place.icon} size={21} />
        <Count place={place} />
      </span>
      {t(`place.${place.word}`)}
    </Link>
  );
}
