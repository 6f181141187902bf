import { TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { sendFile } from '@/api/files';
import { type Campaign, COLUMNS, type Side } from '@/bringing/shapes';
import { Notice } from '@/parts/Bits';
import { DropZone } from '@/parts/DropZone';
import { FileLink } from '@/parts/FileLink';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSpeech } from '@/words/speech';

const SAMPLE = `data:text/csv;charset=utf-8,${encodeURIComponent(`${COLUMNS.join(';')}\r\n`)}`;

/** One line an entity. Good lines go in, the others are listed with what is wrong. */
export function BringFile({ side, unit }: { side: Side; unit?: string }) {
  const { t, count } = useSpeech();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const send = useMutation({
    mutationFn: (file: File) =>
      sendFile<Campaign>(
        '/v1/invitations/files',
        { side, name: name.trim() || file.name, ...(unit ? { unit_id: unit } : {}) },
        file,
      ),
    onSettled: () =>
      void queries.invalidateQueries({
        predicate: ({ queryKey }) => String(queryKey[1]).startsWith('/v1/invitations'),
      }),
  });
  const taken = send.data;
  return (
    <div className="stack tight-stack">
      <p className="soft">
        {t('bringing.file_why')}{' '}
        <a className="link" href={SAMPLE} download="navette.csv">
          {t('bringing.sample')}
        </a>
      </p>
      <TextInput
        label={t('bringing.name')}
        description={t('bringing.name_why')}
        maxLength={120}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <DropZone
        word={send.isPending ? t('bringing.reading') : t('bringing.choose')}
        accept=".csv,text/csv"
        busy={send.isPending}
        take={([file]) => file && send.mutate(file)}
      />
      <ProblemNotice error={send.error} />
      <div role="status">
        {taken && (
          <Notice
            tone={taken.rejected ? 'warn' : 'ok'}
            icon={taken.rejected ? 'gap' : 'approved'}
            title={t('bringing.taken', { count: taken.accepted, shown: count(taken.accepted) })}
            action={
              taken.rejected + taken.had_account > 0 && (
                <FileLink path={`/v1/invitations/campaigns/${taken.id}/errors`} name="errors.csv">
                  {t('bringing.errors')}
                </FileLink>
              )
            }
          >
            {taken.rejected > 0 && t('bringing.rejected', { count: taken.rejected, shown: count(taken.rejected) })}
            {taken.had_account > 0 && (
              <p>{t('bringing.had_accounts', { count: taken.had_account, shown: count(taken.had_account) })}</p>
            )}
          </Notice>
        )}
      </div>
    </div>
  );
}
