import { Button, Progress } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { $api, actingHeaders, api } from '@/api/client';
import type { Query } from '@/archive/shapes';
import { hand } from '@/invoices/originals';
import { Icon } from '@/parts/Icon';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSpeech } from '@/words/speech';

const CONTENTS = ['originals', 'bundles'] as const;
type Content = (typeof CONTENTS)[number];
const LOOKS_EVERY_MS = 500;

/** Everything the list would show, as zips; the archive makes them while they are sent, and says how far it is. */
export function ArchiveExport({ query }: { query: Query }) {
  const { t, count } = useSpeech();
  const [id, setId] = useState<string>();
  const taking = useMutation({
    mutationFn: async (content: Content) => {
      const asked = await api.POST('/v1/archive/exports', { params: { query: query as never }, body: { content } });
      if (!asked.data) throw asked.error;
      setId(asked.data.id);
      for (const { path, number } of asked.data.parts) {
        const part = await fetch(path, { headers: actingHeaders() });
        if (!part.ok) throw await part.json();
        hand(await part.blob(), asked.data.parts.length > 1 ? `archive-${number}.zip` : 'archive.zip');
      }
      return asked.data.items;
    },
    onSettled: () => setId(undefined),
  });
  const far = $api.useQuery(
    'get',
    '/v1/archive/exports/{export_id}',
    { params: { path: { export_id: id ?? '' } } },
    { enabled: Boolean(id), refetchInterval: LOOKS_EVERY_MS },
  );
  const { done = 0, items = 0 } = far.data ?? {};
  return (
    <>
      {CONTENTS.map((content) => (
        <Button
          key={content}
          variant="default"
          leftSection={<Icon name="download" size={15} />}
          loading={taking.isPending && taking.variables === content}
          disabled={taking.isPending}
          onClick={() => taking.mutate(content)}
        >
          {t(`archive.take.${content}`)}
        </Button>
      ))}
      <div role="status" className="take-status">
        {taking.isPending && (
          <>
            <span className="soft small">{t('archive.take.far', { done: count(done), items: count(items) })}</span>
            <Progress.Root size="sm">
              <Progress.Section value={items ? (100 * done) / items : 0} aria-label={t('archive.take.progress')} />
            </Progress.Root>
          </>
        )}
        {taking.isSuccess && (
          <span className="soft small">
            {t('archive.take.done', { count: taking.data, shown: count(taking.data) })}
          </span>
        )}
      </div>
      <ProblemNotice error={taking.error} />
    </>
  );
}
