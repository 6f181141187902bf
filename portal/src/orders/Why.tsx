import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { $api } from '@/api/client';
import { Icon } from '@/parts/Icon';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSpeech } from '@/words/speech';

/** "Why is my order not here?": answered by its number. */
export function Why() {
  const { t } = useSpeech();
  const [number, setNumber] = useState('');
  const [asked, setAsked] = useState('');
  const why = $api.useQuery(
    'get',
    '/v1/orders/why',
    { params: { query: { number: asked } } },
    { enabled: asked !== '' },
  );
  return (
    <form
      className="why"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(number.trim());
      }}
    >
      <div className="grow">
        <h2>{t('orders.missing')}</h2>
        <p className="soft">{t('orders.missing_lead')}</p>
        <div role="status">
          {why.data?.reasons.map((reason) => (
            <p key={`${reason.code}${reason.order_id}`} className="reason">
              <Icon name="blocked" size={15} />
              <span>
                {t(`orders.why.${reason.code}`, { number: asked })} {reason.contact && <b>{reason.contact}</b>}
              </span>
            </p>
          ))}
        </div>
        <ProblemNotice error={why.error} />
      </div>
      <TextInput
        aria-label={t('orders.missing_number')}
        placeholder="45001…"
        value={number}
        onChange={(event) => setNumber(event.currentTarget.value)}
      />
      <Button variant="default" type="submit" loading={why.isFetching}>
        {t('orders.missing_ask')}
      </Button>
    </form>
  );
}
