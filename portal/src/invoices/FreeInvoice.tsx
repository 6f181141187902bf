import { Button, Modal, NativeSelect } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { $api } from '@/api/client';
import { isActive, useConnections } from '@/partners/useConnections';
import { Icon } from '@/parts/Icon';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useMay, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

const CURRENCY = 'EUR';

/** An invoice that no order stands behind: from nothing for a customer that takes such, or from a template. */
export function FreeInvoice() {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  if (!useMay('invoice')) return null;
  return (
    <>
      <Button variant="default" leftSection={<Icon name="plus" size={16} />} onClick={() => setOpen(true)}>
        {t('free.new')}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={t('free.new')}
        closeButtonProps={{ 'aria-label': t('shell.close') }}
      >
        <Begin />
      </Modal>
    </>
  );
}

function Begin() {
  const { t } = useSpeech();
  const { company } = useSession();
  const go = useNavigate();
  const queries = useQueryClient();
  const connections = useConnections();
  const templates = $api.useQuery('get', '/v1/templates');
  const customers = (connections.data ?? []).filter((each) => isActive(each) && each.supplier_id === company.id);
  const [unit, chooseUnit] = useState('');
  const begin = $api.useMutation('post', '/v1/invoices', {
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['get', '/v1/invoices'] });
      void go({ to: '/invoices/$invoiceId/edit', params: { invoiceId: id } });
    },
  });
  const remove = $api.useMutation('delete', '/v1/templates/{template_id}', {
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['get', '/v1/templates'] }),
  });
  return (
    <div className="stack">
      <ProblemNotice error={begin.error ?? remove.error ?? connections.error ?? templates.error} />
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          const unit_id = unit || customers[0]?.unit_id;
          if (unit_id) begin.mutate({ body: { unit_id, currency: CURRENCY } as never });
        }}
      >
        <NativeSelect
          data-autofocus
          label={t('orders.customer')}
          description={t('free.why')}
          value={unit}
          data={customers.map(({ unit_id, buyer_name, unit_name }) => ({
            value: unit_id,
            label: `${buyer_name} · ${unit_name}`,
          }))}
          onChange={(event) => chooseUnit(event.currentTarget.value)}
        />
        <Button type="submit" loading={begin.isPending}>
          {t('free.begin')}
        </Button>
      </form>
      {(templates.data?.length ?? 0) > 0 && (
        <section className="stack tight-stack" aria-labelledby="templates">
          <h3 id="templates">{t('free.templates')}</h3>
          <ul className="rows">
            {templates.data?.map((template) => (
              <li key={template.id}>
                <div className="grow">
                  <b>{template.name}</b> {template.shared && <span className="soft small">{t('free.shared')}</span>}
                  <span className="soft small block">{template.buyer_name}</span>
                </div>
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`${t('free.use')} : ${template.name}`}
                  onClick={() => begin.mutate({ body: { template_id: template.id } as never })}
                >
                  {t('free.use')}
                </Button>
                {template.own && (
                  <Button
                    size="xs"
                    variant="subtle"
                    aria-label={`${t('settings.remove')} ${template.name}`}
                    onClick={() => remove.mutate({ params: { path: { template_id: template.id } } })}
                  >
                    {t('settings.remove')}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
