import { Button, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { $api } from '@/api/client';
import { byField, isProblem } from '@/api/problem';
import type { Step } from '@/partners/ConnectionDialog';
import { Notice } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSpeech } from '@/words/speech';

type State = 'none' | 'notified' | 'held' | 'ready';

/** Ready to transact: the buyer's notice, the supplier's question or yes, the buyer's answer; silence is a yes. */
export function Ready({ connection, buying, partner, done }: Step) {
  const { t, day } = useSpeech();
  const state = connection.ready_state as State;
  const params = { path: { connection_id: connection.id } };
  const form = useForm({ mode: 'uncontrolled', initialValues: { contact: '', instructions: '', text: '' } });
  const settle = {
    onSuccess: done,
    onError: (error: unknown) => isProblem(error) && form.setErrors(byField(error)),
  };
  const notify = $api.useMutation('post', '/v1/connections/{connection_id}/ready', settle);
  const ask = $api.useMutation('post', '/v1/connections/{connection_id}/ready/question', settle);
  const answer = $api.useMutation('post', '/v1/connections/{connection_id}/ready/answer', settle);
  const confirm = $api.useMutation('post', '/v1/connections/{connection_id}/ready/confirm', settle);
  const pending = notify.isPending || ask.isPending || answer.isPending;
  const mine = buying ? state === 'none' || state === 'held' : state === 'notified';
  const field = (name: 'contact' | 'instructions' | 'text') => ({ key: form.key(name), ...form.getInputProps(name) });
  const send = ({ contact, instructions, text }: typeof form.values) => {
    if (!buying) ask.mutate({ params, body: { text } });
    else if (state === 'held') answer.mutate({ params, body: { text } });
    else notify.mutate({ params, body: { contact, instructions } });
  };
  return (
    <section className="stack tight-stack" aria-label={t('partners.ready.title')}>
      <h3>{t('partners.ready.title')}</h3>
      <Notice tone={state === 'ready' ? 'ok' : state === 'held' ? 'warn' : 'quiet'} icon={LOOK[state]}>
        {t(`partners.ready.state.${state}`, {
          partner,
          day: connection.ready_at ? day(connection.ready_at) : '',
          until: connection.activates_at ? day(connection.activates_at) : '',
        })}
      </Notice>
      {connection.question && state === 'held' && <blockquote className="quote">{connection.question}</blockquote>}
      {mine && (
        <form className="stack tight-stack" onSubmit={form.onSubmit(send)}>
          <ProblemNotice error={notify.error ?? ask.error ?? answer.error ?? confirm.error} />
          {buying && state === 'none' ? (
            <>
              <TextInput label={t('partners.ready.contact')} required maxLength={200} {...field('contact')} />
              <Textarea
                label={t('partners.ready.instructions')}
                autosize
                minRows={2}
                maxLength={2000}
                {...field('instructions')}
              />
            </>
          ) : (
            <Textarea
              label={t(buying ? 'partners.ready.answer' : 'partners.ready.question')}
              required
              autosize
              minRows={2}
              maxLength={1000}
              {...field('text')}
            />
          )}
          <div className="row wrap">
            {!buying && (
              <Button loading={confirm.isPending} onClick={() => confirm.mutate({ params })}>
                {t('partners.ready.confirm')}
              </Button>
            )}
            <Button type="submit" variant={buying ? 'filled' : 'default'} loading={pending}>
              {t(
                buying
                  ? state === 'held'
                    ? 'partners.ready.send_answer'
                    : 'partners.ready.notify'
                  : 'partners.ready.ask',
              )}
            </Button>
          </div>
        </form>
      )}
    </section>
  );
}

const LOOK = { none: 'stuck', notified: 'stuck', held: 'dispute', ready: 'approved' } as const;
