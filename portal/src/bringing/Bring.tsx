import '@/look/bringing.css';
import { NativeSelect } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { $api } from '@/api/client';
import { BringFile } from '@/bringing/BringFile';
import { BringOne } from '@/bringing/BringOne';
import { Campaigns } from '@/bringing/Campaigns';
import { Prospects } from '@/bringing/Prospects';
import type { Side } from '@/bringing/shapes';
import { PageHead, Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useTitle } from '@/parts/useTitle';
import { Waiting } from '@/parts/Waiting';
import { isBuyer, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

/** A buyer brings its suppliers, a supplier its customers: by a file or one by one, then followed to the end. */
export function Bring() {
  const { t } = useSpeech();
  const { company } = useSession();
  const side: Side = isBuyer(company) ? 'supplier' : 'customer';
  const units = $api.useQuery('get', '/v1/units', {}, { enabled: side === 'supplier' });
  const [chosen, choose] = useState<string>();
  const unit = side === 'supplier' ? (chosen ?? units.data?.[0]?.id) : undefined;
  useTitle(t(`bringing.title.${side}`));
  return (
    <>
      <PageHead
        over={
          <Link to="/partners" className="link back">
            {t(side === 'supplier' ? 'place.suppliers' : 'place.customers')}
          </Link>
        }
        title={t(`bringing.title.${side}`)}
        lead={t(`bringing.lead.${side}`)}
        actions={
          (units.data?.length ?? 0) > 1 && (
            <NativeSelect
              label={t('partners.unit')}
              value={unit}
              data={units.data?.map(({ id, name }) => ({ value: id, label: name }))}
              onChange={(event) => choose(event.currentTarget.value)}
            />
          )
        }
      />
      <ProblemNotice error={units.error} />
      <div className="stack">
        {side === 'supplier' && units.isPending ? (
          <Waiting />
        ) : (
          <div className="two even">
            <Panel title={t('bringing.file')} note={t('bringing.file_limit')}>
              <BringFile side={side} unit={unit} />
            </Panel>
            <Panel title={t('bringing.one')}>
              <BringOne side={side} unit={unit} />
            </Panel>
          </div>
        )}
        <Campaigns side={side} />
        <Prospects side={side} />
      </div>
    </>
  );
}
