import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api, versionRead } from '@/api/client';
import type { components } from '@/api/generated/registration';
import { byField, isProblem } from '@/api/problem';
import { Notice, Panel } from '@/parts/Bits';
import { legalId, registerOf } from '@/parts/legalId';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { runs, useSession } from '@/session/session';
import { BackEnd } from '@/settings/BackEnd';
import { Logo } from '@/settings/Logo';
import { ProfileHistory } from '@/settings/ProfileHistory';
import { ProfilePanels } from '@/settings/ProfilePanels';
import { VersionHistory } from '@/settings/VersionHistory';
import { useSpeech } from '@/words/speech';

type Company = components['schemas']['CompanyView'];
const companyKey = ['get', '/v1/companies/{company_id}'];
const versionOf = (id: string) => versionRead(`/v1/companies/${id}`);

export function CompanyRoom() {
  const { company } = useSession();
  const [taken, take] = useState(0);
  const shown = $api.useQuery('get', '/v1/companies/{company_id}', { params: { path: { company_id: company.id } } });
  if (!shown.data) return shown.error ? <ProblemNotice error={shown.error} /> : <Waiting />;
  return (
    <div className="stack">
      <Form key={taken} company={shown.data} again={() => take(taken + 1)} />
      <Logo />
      <ProfilePanels />
      <BackEnd />
      <CompanyHistory />
      <ProfileHistory />
    </div>
  );
}

function CompanyHistory() {
  const { company } = useSession();
  const params = { path: { company_id: company.id } };
  const versions = $api.useQuery('get', '/v1/companies/{company_id}/versions', { params });
  return <VersionHistory of="company" versions={versions.data} />;
}

/** What the form shows, and nothing else of the company. */
const shownOf = ({ legal_name, vat_id, legal_id, address }: Company) => ({
  legal_name,
  vat_id: vat_id ?? '',
  legal_id: legal_id?.value ?? '',
  address: {
    line_one: address.line_one ?? '',
    line_two: address.line_two ?? '',
    postal_code: address.postal_code ?? '',
    city: address.city ?? '',
  },
});

/** What was read when the form opened, with its version: a newer one is not overwritten unseen, it is offered. */
function Form({ company, again }: { company: Company; again: () => void }) {
  const { t } = useSpeech();
  const [read, know] = useState(() => ({ shown: shownOf(company), version: versionOf(company.id) }));
  const newest = versionOf(company.id);
  // a newer version that shows the same, by another logo for example, is no other one to this form
  if (read.version !== newest && JSON.stringify(shownOf(company)) === JSON.stringify(read.shown))
    know({ ...read, version: newest });
  const mayChange = runs(useSession().company);
  const queries = useQueryClient();
  const { address } = company;
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: read.shown,
  });
  const change = $api.useMutation('patch', '/v1/companies/{company_id}', {
    onSuccess: (kept) => {
      know({ shown: shownOf(kept), version: versionOf(company.id) });
      void queries.invalidateQueries({ queryKey: companyKey });
      void queries.invalidateQueries({ queryKey: ['get', '/v1/companies/{company_id}/versions'] });
      notifications.show({ message: t('settings.kept'), closeButtonProps: { 'aria-label': t('shell.close') } });
    },
    onError: (error: unknown) => isProblem(error) && form.setErrors(byField(error)),
  });
  const field = (path: string) => ({ key: form.key(path), ...form.getInputProps(path) });
  return (
    <Panel title={t('settings.room.company')}>
      <form
        className="stack"
        onSubmit={form.onSubmit((values) =>
          change.mutate({
            params: {
              path: { company_id: company.id },
              ...(read.version ? { header: { 'If-Match': read.version } } : {}),
            },
            body: {
              legal_name: values.legal_name,
              vat_id: values.vat_id || null,
              ...(values.legal_id ? { legal_id: legalId(values.legal_id, company.country) } : {}),
              address: { ...address, ...values.address },
            } as never,
          }),
        )}
      >
        {isProblem(change.error) && change.error.status === 412 ? (
          <div role="alert">
            <Notice
              tone="warn"
              icon="gap"
              title={t('settings.changed_elsewhere')}
              action={
                <Button
                  size="compact-xs"
                  variant="default"
                  onClick={() => void queries.refetchQueries({ queryKey: companyKey }).then(again)}
                >
                  {t('settings.take_newer')}
                </Button>
              }
            >
              {t('settings.changed_elsewhere_why')}
            </Notice>
          </div>
        ) : (
          <ProblemNotice error={change.error} />
        )}
        <fieldset className="bare two" disabled={!mayChange}>
          <legend className="sr">{t('settings.room.company')}</legend>
          <TextInput label={t('settings.legal_name')} required {...field('legal_name')} />
          {company.national_number && (
            <TextInput
              label={t('register.national_number')}
              classNames={{ input: 'num' }}
              readOnly
              value={company.national_number}
            />
          )}
          <TextInput label={t('settings.vat_id')} classNames={{ input: 'num' }} {...field('vat_id')} />
          <TextInput
            label={t(`register.legal_id.${registerOf(company.country)}`)}
            classNames={{ input: 'num' }}
            {...field('legal_id')}
          />
          <TextInput label={t('settings.address')} autoComplete="address-line1" {...field('address.line_one')} />
          <TextInput label={t('settings.address_more')} autoComplete="address-line2" {...field('address.line_two')} />
          <TextInput label={t('settings.postal_code')} autoComplete="postal-code" {...field('address.postal_code')} />
          <TextInput label={t('settings.city')} autoComplete="address-level2" {...field('address.city')} />
        </fieldset>
        {!mayChange && <p className="soft">{t('profile.ask_administrator')}</p>}
        {mayChange && (
          <div className="row">
            <Button type="submit" loading={change.isPending}>
              {t('settings.keep')}
            </Button>
          </div>
        )}
      </form>
    </Panel>
  );
}
