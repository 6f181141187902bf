import { NativeSelect } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { sendFile } from '@/api/files';
import type { components } from '@/api/generated/invoicing';
import { isActive, useConnections } from '@/partners/useConnections';
import { PageHead, Panel } from '@/parts/Bits';
import { DropZone } from '@/parts/DropZone';
import { MayNot } from '@/parts/MayNot';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useTitle } from '@/parts/useTitle';
import { useMay, useSession } from '@/session/session';
import { SelfBilling } from '@/uploads/SelfBilling';
import { UploadedFiles } from '@/uploads/UploadedFiles';
import { useSpeech } from '@/words/speech';

type Upload = components['schemas']['Upload'];
const MODES = ['issue', 'as-is'] as const;
type Mode = (typeof MODES)[number];

/** Invoices of the supplier's own software: each becomes a draft, or says why not. */
export function Uploads() {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const [mode, setMode] = useState<Mode>('issue');
  const [unit, setUnit] = useState('');
  const [done, setDone] = useState<Upload[]>([]);
  const { company } = useSession();
  const mayWrite = useMay('invoice');
  const connections = useConnections();
  const customers = (connections.data ?? []).filter((each) => isActive(each) && each.supplier_id === company.id);
  const send = useMutation({
    mutationFn: async (files: File[]) => {
      for (const file of files) {
        const upload = await sendFile<Upload>(
          '/v1/uploads',
          { name: file.name, mode, ...(unit ? { unit_id: unit } : {}) },
          file,
        );
        setDone((before) => [upload, ...before]);
      }
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: ['get', '/v1/invoices'] }),
  });
  useTitle(t('uploads.title'));
  return (
    <>
      <PageHead
        over={
          <Link to="/invoices" search={{}} className="link back">
            {t('place.invoices')}
          </Link>
        }
        title={t('uploads.title')}
        lead={t('uploads.lead')}
      />
      <div className="stack">
        <MayNot act="invoice" />
        {mayWrite && (
          <Panel>
            <div className="stack">
              <div className="two">
                <NativeSelect
                  label={t('uploads.mode')}
                  description={t(`uploads.mode_why.${mode}`)}
                  inputWrapperOrder={['label', 'input', 'description']}
                  value={mode}
                  data={MODES.map((value) => ({ value, label: t(`uploads.modes.${value}`) }))}
                  onChange={(event) => setMode(event.currentTarget.value as Mode)}
                />
                <NativeSelect
                  label={t('uploads.unit')}
                  value={unit}
                  data={[
                    { value: '', label: t('uploads.unit_any') },
                    ...customers.map(({ unit_id, buyer_name, unit_name }) => ({
                      value: unit_id,
                      label: `${buyer_name} · ${unit_name}`,
                    })),
                  ]}
                  onChange={(event) => setUnit(event.currentTarget.value)}
                />
              </div>
              <DropZone
                word={send.isPending ? t('uploads.reading') : t('uploads.choose')}
                several
                busy={send.isPending}
                take={(files) => send.mutate(files)}
              />
              <ProblemNotice error={send.error ?? connections.error} />
              <div role="status">
                <UploadedFiles uploads={done} />
              </div>
            </div>
          </Panel>
        )}
        <SelfBilling connections={customers} />
      </div>
    </>
  );
}
