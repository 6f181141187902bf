import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { $api } from '@/api/client';
import { Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import type { useRulebook } from '@/rules/useRulebook';
import { useSpeech } from '@/words/speech';

type Props = { rulebook: ReturnType<typeof useRulebook>; current: number; mayChange: boolean };

/** Every version, who wrote it and who put it into force; an earlier one comes back in one step. */
export function Versions({ rulebook, current, mayChange }: Props) {
  const { t, moment } = useSpeech();
  const { params, rollback } = rulebook;
  const list = $api.useQuery('get', '/v1/rulebooks/{unit_id}/versions', { params });
  const users = $api.useQuery('get', '/v1/users');
  const [chosen, choose] = useState<number>();
  const nameOf = (actor?: string | null) =>
    users.data?.find(({ id }) => actor === `user:${id}`)?.name ?? t('rules.somebody');
  if (list.isPending) return <Waiting rows={2} />;
  return (
    <Panel title={t('rules.versions')}>
      <ProblemNotice error={list.error} />
      {list.data?.items.length === 0 && <p className="soft">{t('rules.versions_none')}</p>}
      <ul className="rows">
        {list.data?.items.map((book) => (
          <li key={book.version}>
            <div className="grow">
              <b>{t('rules.version', { version: book.version })}</b>{' '}
              <span className="soft">{t('rules.count', { count: book.rules?.length ?? 0 })}</span>
              <span className="soft small block">
                {book.published_at && moment(book.published_at)} · {t('rules.by', { name: nameOf(book.published_by) })}
                {book.rolled_back_to !== null && ` · ${t('rules.as_before', { version: book.rolled_back_to })}`}
              </span>
            </div>
            {mayChange && book.version !== current && (
              <Button
                size="xs"
                variant="default"
                aria-label={`${t('rules.restore')} : ${t('rules.version', { version: book.version })}`}
                onClick={() => choose(book.version)}
              >
                {t('rules.restore')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {mayChange && current > 0 && (
        <Button size="xs" variant="subtle" onClick={() => choose(0)}>
          {t('rules.without')}
        </Button>
      )}
      {chosen !== undefined && (
        <Modal
          opened
          onClose={() => choose(undefined)}
          title={chosen ? t('rules.version', { version: chosen }) : t('rules.without')}
          closeButtonProps={{ 'aria-label': t('shell.close') }}
        >
          <div className="stack">
            <p>{t('rules.restore_why')}</p>
            <ProblemNotice error={rollback.error} />
            <Button
              loading={rollback.isPending}
              onClick={() =>
                rollback.mutate({ params, body: { version: chosen } }, { onSuccess: () => choose(undefined) })
              }
            >
              {t('rules.restore')}
            </Button>
          </div>
        </Modal>
      )}
    </Panel>
  );
}
