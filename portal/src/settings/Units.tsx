import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/generated/registration';
import { byField, isProblem } from '@/api/problem';
import { Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { runs, useSession } from '@/session/session';
import { Group } from '@/settings/Group';
import { VersionHistory } from '@/settings/VersionHistory';
import { useSpeech } from '@/words/speech';

type Unit = components['schemas']['UnitView'];
const YEARS = ['1', '2', '3', '5', '10'];
const SWITCHES = [
  'charges_allowed',
  'non_order_invoices',
  'receipt_required',
  'acceptance_required',
  'pays_transactions',
  'archive',
] as const;
const CHANNELS = ['form', 'upload'] as const;
/** Whom suppliers turn to, and what is shown of them before a question leaves. */
const DESK = ['support_contact', 'compliance_contact', 'support_hours', 'support_price'] as const;

/** The choice, with what stands even when somebody's program set another number. */
const yearsWith = (stands: number | undefined) =>
  [...new Set([...YEARS, ...(stands ? [String(stands)] : [])])].toSorted((one, other) => Number(one) - Number(other));

/** A buyer's units: what each takes, who answers its suppliers. */
export function Units() {
  const { t } = useSpeech();
  const mayChange = runs(useSession().company);
  const queries = useQueryClient();
  const list = $api.useQuery('get', '/v1/units');
  const form = useForm({ initialValues: { name: '' } });
  const make = $api.useMutation('post', '/v1/units', {
    onSuccess: () => {
      form.reset();
      void queries.invalidateQueries({ queryKey: ['get', '/v1/units'] });
    },
    onError: (error: unknown) => isProblem(error) && form.setErrors(byField(error)),
  });
  return (
    <div className="stack">
      <ProblemNotice error={list.error} />
      {list.isPending && <Waiting />}
      {list.data?.map((unit) => (
        <UnitPanel key={unit.id} unit={unit} mayChange={mayChange} />
      ))}
      {mayChange && (
        <Panel title={t('units.add')}>
          <form className="row wrap" onSubmit={form.onSubmit((body) => make.mutate({ body: body as never }))}>
            <ProblemNotice error={make.error} />
            <TextInput
              aria-label={t('units.name')}
              placeholder={t('units.name')}
              required
              {...form.getInputProps('name')}
            />
            <Button type="submit" loading={make.isPending}>
              {t('settings.add')}
            </Button>
          </form>
        </Panel>
      )}
      <Group />
    </div>
  );
}

function UnitPanel({ unit, mayChange }: { unit: Unit; mayChange: boolean }) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const form = useForm({ initialValues: { name: unit.name, ...unit.settings } });
  // the version that the form shows, which may not be the newest: then the service says so and nothing is overwritten
  const [version, setVersion] = useState(unit.version);
  const change = $api.useMutation('patch', '/v1/units/{unit_id}', {
    onSuccess: (kept) => {
      setVersion(kept.version);
      void queries.invalidateQueries({ queryKey: ['get', '/v1/units'] });
      void queries.invalidateQueries({ queryKey: ['get', '/v1/units/{unit_id}/versions'] });
      notifications.show({ message: t('settings.kept'), closeButtonProps: { 'aria-label': t('shell.close') } });
    },
    onError: (error: unknown) => isProblem(error) && form.setErrors(byField(error)),
  });
  return (
    <Panel title={unit.name} note={unit.active ? undefined : t('units.closed')}>
      <form
        className="stack"
        onSubmit={form.onSubmit(({ name, ...settings }) =>
          change.mutate({
            params: { path: { unit_id: unit.id }, header: { 'If-Match': `"v${version}"` } },
            body: { name, settings },
          }),
        )}
      >
        <ProblemNotice error={change.error} />
        <fieldset className="bare stack" disabled={!mayChange}>
          <legend className="sr">{unit.name}</legend>
          <div className="two">
            <TextInput label={t('units.name')} required {...form.getInputProps('name')} />
            <NativeSelect
              label={t('units.order_window_years')}
              data={yearsWith(form.values.order_window_years).map((value) => ({
                value,
                label: t('units.years', { count: Number(value) }),
              }))}
              value={String(form.values.order_window_years)}
              onChange={(event) => form.setFieldValue('order_window_years', Number(event.currentTarget.value))}
            />
            {DESK.map((name) => (
              <TextInput
                key={name}
                label={t(`units.${name}`)}
                description={t(`units.about.${name}`)}
                maxLength={200}
                {...form.getInputProps(name)}
              />
            ))}
          </div>
          <div className="two role-choice">
            {SWITCHES.map((name) => (
              <Checkbox
                key={name}
                label={t(`units.${name}`)}
                description={t(`units.about.${name}`)}
                {...form.getInputProps(name, { type: 'checkbox' })}
              />
            ))}
          </div>
          <Checkbox.Group
            label={t('units.pays_channels')}
            description={t('units.about.pays_channels')}
            {...form.getInputProps('pays_channels')}
          >
            <div className="two role-choice">
              {CHANNELS.map((channel) => (
                <Checkbox
                  key={channel}
                  value={channel}
                  disabled={form.values.pays_transactions}
                  label={t(`units.channel.${channel}`)}
                />
              ))}
            </div>
          </Checkbox.Group>
        </fieldset>
        {mayChange && (
          <div className="row">
            <Button type="submit" loading={change.isPending}>
              {t('settings.keep')}
            </Button>
          </div>
        )}
      </form>
      <UnitHistory unitId={unit.id} />
    </Panel>
  );
}

function UnitHistory({ unitId }: { unitId: string }) {
  const params = { path: { unit_id: unitId } };
  const versions = $api.useQuery('get', '/v1/units/{unit_id}/versions', { params });
  return <VersionHistory of="unit" versions={versions.data} />;
}
