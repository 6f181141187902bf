import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api } from '@/api/client';
import { sendFile } from '@/api/files';
import type { components } from '@/api/generated/invoicing';
import { Notice, Panel } from '@/parts/Bits';
import { DropZone } from '@/parts/DropZone';
import { Icon } from '@/parts/Icon';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSpeech } from '@/words/speech';

type Attached = components['schemas']['Attached'];
const LARGEST = 7 * 1024 * 1024;

/** Files that go with the invoice, dropped or chosen; each is kept as it comes, beside the draft. */
export function Files({ invoiceId, changed }: { invoiceId: string; changed: () => Promise<void> }) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const [large, setLarge] = useState('');
  const files = $api.useQuery('get', '/v1/attachments', { params: { query: { invoice_id: invoiceId } } });
  const again = {
    onSettled: () => Promise.all([queries.invalidateQueries({ queryKey: ['get', '/v1/attachments'] }), changed()]),
  };
  const add = useMutation({
    mutationFn: async (chosen: File[]) => {
      setLarge(chosen.find(({ size }) => size > LARGEST)?.name ?? '');
      for (const file of chosen.filter(({ size }) => size <= LARGEST))
        await sendFile<Attached>('/v1/attachments', { invoice_id: invoiceId, name: file.name }, file);
    },
    ...again,
  });
  const remove = $api.useMutation('delete', '/v1/attachments/{attachment_id}', again);
  return (
    <Panel title={t('convert.files')} note={t('convert.files_limit')}>
      <ProblemNotice error={files.error ?? add.error ?? remove.error} />
      <ul className="files">
        {files.data?.map((file) => (
          <li key={file.id}>
            <Icon name="clip" size={15} />
            <span className="clip grow">{file.name}</span>
            <button
              type="button"
              className="bare"
              aria-label={t('convert.remove', { file: file.name })}
              onClick={() => remove.mutate({ params: { path: { attachment_id: file.id } } })}
            >
              <Icon name="close" size={14} />
            </button>
          </li>
        ))}
      </ul>
      {large && (
        <Notice tone="warn" icon="failed">
          {t('convert.too_large', { file: large })}
        </Notice>
      )}
      <DropZone
        id="files"
        word={t('convert.drop')}
        several
        busy={add.isPending}
        take={(chosen) => add.mutate(chosen)}
      />
    </Panel>
  );
}
