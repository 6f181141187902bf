import { Button } from '@mantine/core';
import { useState } from 'react';
import { Panel } from '@/parts/Bits';
import { Icon } from '@/parts/Icon';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { runs, useSession } from '@/session/session';
import { EntryDialog } from '@/settings/EntryDialog';
import { type Entry, LISTS, type List, type Profile, toEntry, useProfile } from '@/settings/profile';
import { useSpeech } from '@/words/speech';

/** Bank accounts, billing addresses and contacts: read by everybody of the company, changed by administrators. */
export function ProfilePanels() {
  const { t } = useSpeech();
  const { company } = useSession();
  const { profile, change, write } = useProfile(company.id);
  const [opened, open] = useState<{ list: List; at: number }>();
  const mayChange = runs(company);
  if (!profile.data) return profile.error ? <ProblemNotice error={profile.error} /> : <Waiting />;
  const lists: Pick<Profile, List> = { bank_accounts: [], billing_addresses: [], contacts: [], ...profile.data };
  const summary: Record<List, (entry: Entry) => (string | undefined)[]> = {
    bank_accounts: ({ iban, bic, holder }) => [iban?.replace(/(.{4})/g, '$1 ').trim(), bic, holder],
    billing_addresses: ({ line_one, postal_code, city, country }) => [
      line_one,
      `${postal_code} ${city}`.trim(),
      country,
    ],
    contacts: ({ purpose, email, phone }) => [t(`profile.purpose.${purpose as 'billing'}`), email, phone],
  };
  return (
    <>
      {LISTS.map((list) => (
        <Panel
          key={list}
          title={t(`profile.list.${list}`)}
          actions={
            mayChange && (
              <Button
                size="xs"
                variant="default"
                leftSection={<Icon name="plus" size={14} />}
                aria-label={`${t('settings.add')} : ${t(`profile.list.${list}`)}`}
                onClick={() => open({ list, at: lists[list].length })}
              >
                {t('settings.add')}
              </Button>
            )
          }
        >
          {lists[list].length === 0 && <p className="soft">{t(`profile.none.${list}`)}</p>}
          <ul className="rows">
            {lists[list].map((item, at) => {
              const entry = toEntry(list, item);
              const name = entry.label || entry.name;
              return (
                <li key={JSON.stringify(item)}>
                  <div className="grow">
                    <b>{name}</b> {at === 0 && <span className="soft small">{t('profile.usual')}</span>}
                    <span className="soft small block num mail">
                      {summary[list](entry).filter(Boolean).join(' · ')}
                    </span>
                  </div>
                  {mayChange && (
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={`${t('settings.edit')} ${name}`}
                      onClick={() => open({ list, at })}
                    >
                      {t('settings.edit')}
                    </Button>
                  )}
                </li>
              );
            })}
          </ul>
        </Panel>
      ))}
      {opened && (
        <EntryDialog
          list={opened.list}
          at={opened.at}
          entry={toEntry(opened.list, lists[opened.list][opened.at])}
          items={lists[opened.list]}
          change={change}
          write={write}
          close={() => {
            change.reset();
            open(undefined);
          }}
        />
      )}
    </>
  );
}
