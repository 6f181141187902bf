import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { $api } from '@/api/client';
import { isProblem, type Problem } from '@/api/problem';
import { type Entity, isReason, type Side } from '@/bringing/shapes';
import { Notice } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { countries } from '@/session/countries';
import { KINDS } from '@/session/registration';
import { useSpeech } from '@/words/speech';

/** What is asked of whom: an association has no VAT number; a person has a national number, or a customer number. */
const ASKED = {
  company: ['vat', 'siret'],
  association: ['siret'],
  person: ['national_number', 'customer_number'],
} as const;
/** Those that messages are written in. */
const LANGUAGES = ['fr', 'en'] as const;
const REST = ['address', 'postcode', 'city', 'first_name', 'last_name', 'email'] as const;
const BLANK = {
  kind: 'company' as Entity['kind'],
  name: '',
  vat: '',
  siret: '',
  national_number: '',
  customer_number: '',
  country: 'FR',
  language: 'fr' as NonNullable<Entity['language']>,
  address: '',
  postcode: '',
  city: '',
  first_name: '',
  last_name: '',
  email: '',
};

/** One company, association or person; whoever is named first runs its account. */
export function BringOne({ side, unit }: { side: Side; unit?: string }) {
  const { t, lang } = useSpeech();
  const queries = useQueryClient();
  const form = useForm({ initialValues: BLANK });
  const languages = new Intl.DisplayNames([lang], { type: 'language' });
  const kind = form.values.kind ?? 'company';
  const refuse = (problem: Problem) =>
    form.setErrors(
      Object.fromEntries(
        (problem.violations ?? []).map(({ pointer, detail }) => [
          (pointer ?? '').replace('/entity/', ''),
          isReason(detail) ? t(`bringing.reason.${detail}`) : detail,
        ]),
      ),
    );
  const bring = $api.useMutation('post', '/v1/invitations', {
    onSuccess: ({ had_account }, { body }) => {
      notifications.show({
        message: had_account
          ? t('bringing.written_own', { company: body.entity.name })
          : t('bringing.written', { email: body.entity.email }),
        closeButtonProps: { 'aria-label': t('shell.close') },
      });
      form.reset();
      void queries.invalidateQueries({
        predicate: ({ queryKey }) => String(queryKey[1]).startsWith('/v1/invitations'),
      });
    },
    onError: (error: unknown) => isProblem(error) && refuse(error),
  });
  const refused = isProblem(bring.error) ? bring.error : undefined;
  const met = refused?.violations?.find(({ detail }) => detail === 'KNOWN' || detail === 'CONNECTED');
  const abroad = form.values.country !== 'FR';
  const shown = ASKED[kind].filter((name) => name !== 'siret' || kind !== 'company' || !abroad);
  return (
    <form
      className="stack tight-stack"
      noValidate
      onSubmit={form.onSubmit((entity) => {
        const kept = Object.fromEntries(
          Object.entries(entity).filter(
            ([name]) =>
              !['vat', 'siret', 'national_number', 'customer_number'].includes(name) ||
              shown.some((each) => each === name),
          ),
        );
        bring.mutate({ body: { side, ...(unit ? { unit_id: unit } : {}), entity: kept as Entity } });
      })}
    >
      {met ? (
        <Notice
          tone="warn"
          icon="partial"
          title={t(met.detail === 'KNOWN' ? 'bringing.known' : 'bringing.connected')}
          action={
            <Link to="/partners" className="link">
              {t(side === 'supplier' ? 'place.suppliers' : 'place.customers')}
            </Link>
          }
        >
          {t(met.detail === 'KNOWN' ? 'bringing.known_why' : 'bringing.connected_why')}
        </Notice>
      ) : (
        refused?.code !== 'ENTITY_NOT_TAKEN' && <ProblemNotice error={bring.error} />
      )}
      <NativeSelect
        label={t('bringing.kind')}
        data={KINDS.map((value) => ({ value, label: t(`bringing.kinds.${value}`) }))}
        {...form.getInputProps('kind')}
      />
      <NativeSelect label={t('register.country')} data={countries(lang)} {...form.getInputProps('country')} />
      <TextInput label={t(`bringing.name_of.${kind}`)} required {...form.getInputProps('name')} />
      <div className="two">
        {shown.map((name) => (
          <TextInput
            key={name}
            label={t(`bringing.field.${name}`)}
            description={name === 'national_number' ? t('bringing.one_of_two') : undefined}
            required={kind !== 'person'}
            autoComplete="off"
            {...form.getInputProps(name)}
          />
        ))}
        {REST.map((name) => (
          <TextInput
            key={name}
            label={t(`bringing.field.${name}`)}
            type={name === 'email' ? 'email' : 'text'}
            required
            {...form.getInputProps(name)}
          />
        ))}
      </div>
      <NativeSelect
        label={t('bringing.language')}
        data={LANGUAGES.map((value) => ({ value, label: languages.of(value) ?? value }))}
        {...form.getInputProps('language')}
      />
      <p className="soft small">{t('bringing.first_contact')}</p>
      <div className="row">
        <Button type="submit" loading={bring.isPending}>
          {t(`bringing.send.${side}`)}
        </Button>
      </div>
    </form>
  );
}
