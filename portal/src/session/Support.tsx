import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import { $api } from '@/api/client';
import { byField, isProblem } from '@/api/problem';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useTitle } from '@/parts/useTitle';
import { SignLayout } from '@/session/SignLayout';
import { TOPICS } from '@/tickets/topics';
import { useSpeech } from '@/words/speech';

/** Support for people who cannot get in: the number of their ticket comes by mail. */
export function Support() {
  const { t, lang } = useSpeech();
  useTitle(t('tickets.outside'));
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { topic: 'access' as (typeof TOPICS)[number], name: '', email: '', subject: '', text: '' },
  });
  const open = $api.useMutation('post', '/v1/registrations/tickets', {
    onError: (error: unknown) => isProblem(error) && form.setErrors(byField(error)),
  });
  const field = (name: 'topic' | 'name' | 'email' | 'subject' | 'text') => ({
    key: form.key(name),
    ...form.getInputProps(name),
  });
  return (
    <SignLayout>
      {open.isSuccess ? (
        <div className="sign-card" role="status">
          <div>
            <h1>{t('tickets.outside_sent')}</h1>
            <p className="lead">{t('tickets.outside_sent_why')}</p>
          </div>
          <Link to="/" className="link small">
            {t('sign.back')}
          </Link>
        </div>
      ) : (
        <form
          className="sign-card"
          onSubmit={form.onSubmit((body) => open.mutate({ body: { ...body, language: lang } as never }))}
        >
          <div>
            <h1>{t('tickets.outside')}</h1>
            <p className="lead">{t('tickets.outside_lead')}</p>
          </div>
          <ProblemNotice error={open.error} />
          <TextInput label={t('settings.name')} autoComplete="name" required {...field('name')} />
          <TextInput label={t('sign.email')} type="email" autoComplete="email" required {...field('email')} />
          <NativeSelect
            label={t('tickets.topic')}
            data={TOPICS.map((topic) => ({ value: topic, label: t(`tickets.topics.${topic}`) }))}
            {...field('topic')}
          />
          <TextInput label={t('tickets.subject')} required maxLength={200} {...field('subject')} />
          <Textarea label={t('tickets.text')} required autosize minRows={4} maxLength={4000} {...field('text')} />
          <Button type="submit" size="md" fullWidth loading={open.isPending}>
            {t('tickets.send')}
          </Button>
          <Link to="/" className="link small">
            {t('sign.back')}
          </Link>
        </form>
      )}
    </SignLayout>
  );
}
