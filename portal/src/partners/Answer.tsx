import { Button, Checkbox, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { $api } from '@/api/client';
import { byField, isProblem } from '@/api/problem';
import type { Step } from '@/partners/ConnectionDialog';
import { ConsentText } from '@/partners/ConsentText';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSpeech } from '@/words/speech';

/** The yes of who was asked, a buyer's with its consent; or the no with a reason that who asked reads. */
export function Answer({ connection, buying, partner, done }: Step) {
  const { t } = useSpeech();
  const [refusing, refuseInstead] = useState(false);
  const params = { path: { connection_id: connection.id } };
  const form = useForm({ mode: 'uncontrolled', initialValues: { consent: true, supplier_number: '', reason: '' } });
  const settle = {
    onSuccess: done,
    onError: (error: unknown) => isProblem(error) && form.setErrors(byField(error)),
  };
  const accept = $api.useMutation('post', '/v1/connections/{connection_id}/accept', settle);
  const refuse = $api.useMutation('post', '/v1/connections/{connection_id}/refuse', settle);
  return (
    <form
      className="stack"
      onSubmit={form.onSubmit(({ consent, supplier_number, reason }) =>
        refusing
          ? refuse.mutate({ params, body: { reason } })
          : accept.mutate({ params, body: buying ? { consent, supplier_number: supplier_number || null } : {} }),
      )}
    >
      <ProblemNotice error={accept.error ?? refuse.error} />
      {refusing ? (
        <TextInput
          key={form.key('reason')}
          label={t('partners.reason')}
          description={t('partners.reason_why', { partner })}
          required
          maxLength={500}
          autoFocus
          {...form.getInputProps('reason')}
        />
      ) : buying ? (
        <>
          <Checkbox
            label={t('partners.consent')}
            description={<ConsentText />}
            key={form.key('consent')}
            {...form.getInputProps('consent', { type: 'checkbox' })}
          />
          <TextInput
            label={t('partners.number')}
            description={t('partners.number_why')}
            maxLength={60}
            key={form.key('supplier_number')}
            {...form.getInputProps('supplier_number')}
          />
        </>
      ) : (
        <p>{t('partners.accept_why', { partner })}</p>
      )}
      <div className="row wrap">
        <Button type="submit" data-autofocus loading={accept.isPending || refuse.isPending}>
          {refusing ? t('partners.refuse') : t('partners.accept')}
        </Button>
        <Button variant="default" onClick={() => refuseInstead(!refusing)}>
          {refusing ? t('settings.no') : t('partners.refuse')}
        </Button>
      </div>
    </form>
  );
}
