import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';
import { byField, isProblem } from '@/api/problem';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { useSpeech } from '@/words/speech';

const PURPOSES = ['billing', 'orders', 'compliance', 'technical', 'other'] as const;
const isPurpose = (word: string): word is (typeof PURPOSES)[number] => (PURPOSES as readonly string[]).includes(word);

/** Whom to turn to at a partner, since when, and whether mail reaches them; and who else it could be. */
export function Contacts({ partnerId, partner }: { partnerId: string; partner: string }) {
  const { t, day } = useSpeech();
  const params = { path: { company_id: partnerId } };
  const contacts = $api.useQuery('get', '/v1/partners/{company_id}/contacts', { params });
  return (
    <section className="stack tight-stack" aria-label={t('partners.contacts.title')}>
      <h3>{t('partners.contacts.title')}</h3>
      <ProblemNotice error={contacts.error} />
      {contacts.isPending && <Waiting rows={2} />}
      <ul className="rows">
        {contacts.data?.map((contact) => (
          <li key={contact.email + contact.name + contact.purpose}>
            <div className="grow">
              <b>{contact.name}</b>{' '}
              <span className="soft small">
                {isPurpose(contact.purpose)
                  ? t(`profile.purpose.${contact.purpose}`)
                  : t('settings.role.administrator')}
              </span>
              <span className="small block">
                {[contact.email, contact.phone].filter(Boolean).join(' · ')}
                {contact.refused_since && (
                  <span className="status-note">
                    {' '}
                    {t('partners.contacts.bounced', { day: day(contact.refused_since) })}
                  </span>
                )}
              </span>
            </div>
            <span className="soft small">{t('partners.contacts.since', { day: day(contact.since) })}</span>
          </li>
        ))}
      </ul>
      <Propose partnerId={partnerId} partner={partner} />
    </section>
  );
}

/** Somebody who could be its main contact: its administrators are asked, and decide. */
function Propose({ partnerId, partner }: { partnerId: string; partner: string }) {
  const { t, day, lang } = useSpeech();
  const queries = useQueryClient();
  const params = { path: { company_id: partnerId } };
  const proposed = $api.useQuery('get', '/v1/partners/{company_id}/contact-proposals', { params });
  const form = useForm({ mode: 'uncontrolled', initialValues: { name: '', email: '', message: '' } });
  const propose = $api.useMutation('post', '/v1/partners/{company_id}/contact-proposals', {
    onSuccess: () => {
      form.reset();
      void queries.invalidateQueries({ queryKey: ['get', '/v1/partners/{company_id}/contact-proposals'] });
      notifications.show({
        message: t('partners.contacts.proposed', { partner }),
        closeButtonProps: { 'aria-label': t('shell.close') },
      });
    },
    onError: (error: unknown) => isProblem(error) && form.setErrors(byField(error)),
  });
  const field = (name: 'name' | 'email' | 'message') => ({ key: form.key(name), ...form.getInputProps(name) });
  return (
    <details className="question">
      <summary>{t('partners.contacts.propose')}</summary>
      <form
        className="stack tight-stack"
        onSubmit={form.onSubmit((body) => propose.mutate({ params, body: { ...body, language: lang } }))}
      >
        <p>{t('partners.contacts.propose_why', { partner })}</p>
        <ProblemNotice error={proposed.error ?? propose.error} />
        <ul className="rows">
          {proposed.data?.map((each) => (
            <li key={each.id}>
              <span className="grow">
                {each.name} · {each.email}
              </span>
              <span className="soft small">
                {t(`partners.contacts.state.${each.state}`)} · {day(each.asked_at)}
              </span>
            </li>
          ))}
        </ul>
        <div className="two">
          <TextInput label={t('settings.name')} required maxLength={120} {...field('name')} />
          <TextInput label={t('sign.email')} type="email" required {...field('email')} />
        </div>
        <TextInput label={t('partners.message')} maxLength={500} {...field('message')} />
        <div className="row">
          <Button type="submit" variant="default" loading={propose.isPending}>
            {t('partners.contacts.send')}
          </Button>
        </div>
      </form>
    </details>
  );
}
