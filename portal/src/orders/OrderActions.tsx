import { Button, Modal, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/generated/po-sync';
import { ByHand } from '@/orders/ByHand';
import { Notice } from '@/parts/Bits';
import { MayNot } from '@/parts/MayNot';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useMay } from '@/session/session';
import { useSpeech } from '@/words/speech';

/** What one's side may do with an order: the supplier answers, the buyer closes and opens again. */
export function OrderActions({ order, buyer }: { order: components['schemas']['OrderDetail']; buyer: boolean }) {
  const { t, day } = useSpeech();
  const queries = useQueryClient();
  const [refusing, setRefusing] = useState(false);
  const [reason, setReason] = useState('');
  const params = { path: { order_id: order.id } };
  const settled = {
    onSuccess: () => {
      setRefusing(false);
      void queries.invalidateQueries({ queryKey: ['get', '/v1/orders/{order_id}'] });
      void queries.invalidateQueries({ queryKey: ['get', '/v1/orders'] });
    },
  };
  const accept = $api.useMutation('post', '/v1/orders/{order_id}/accept', settled);
  const reject = $api.useMutation('post', '/v1/orders/{order_id}/reject', settled);
  const close = $api.useMutation('post', '/v1/orders/{order_id}/close', settled);
  const reopen = $api.useMutation('post', '/v1/orders/{order_id}/reopen', settled);
  const archive = $api.useMutation('post', '/v1/orders/{order_id}/archive', settled);
  const restore = $api.useMutation('post', '/v1/orders/{order_id}/restore', settled);
  const error = archive.error ?? restore.error ?? accept.error ?? reject.error ?? close.error ?? reopen.error;
  const byHand = buyer && !order.closed && !order.cancelled && <ByHand order={order} />;
  if (!useMay('order'))
    return (
      <>
        <MayNot act="order" />
        {byHand && <div className="row wrap">{byHand}</div>}
      </>
    );
  return (
    <>
      <ProblemNotice error={error} />
      {!buyer && order.archived_at && (
        <Notice tone="quiet" icon="archive">
          {t('orders.archived', { day: day(order.archived_at) })}
        </Notice>
      )}
      <div className="row wrap">
        {!buyer && order.status === 'published' && (
          <>
            <Button variant="default" loading={accept.isPending} onClick={() => accept.mutate({ params })}>
              {t('orders.accept')}
            </Button>
            <Button variant="default" onClick={() => setRefusing(true)}>
              {t('orders.reject')}
            </Button>
          </>
        )}
        {!buyer && (
          <Button
            variant="default"
            loading={archive.isPending || restore.isPending}
            onClick={() => (order.archived_at ? restore : archive).mutate({ params })}
          >
            {t(order.archived_at ? 'orders.restore' : 'orders.archive')}
          </Button>
        )}
        {byHand}
        {buyer && !order.closed && (
          <Button variant="default" loading={close.isPending} onClick={() => close.mutate({ params })}>
            {t('orders.close')}
          </Button>
        )}
        {buyer && order.closed && (
          <Button variant="default" loading={reopen.isPending} onClick={() => reopen.mutate({ params })}>
            {t('orders.reopen')}
          </Button>
        )}
      </div>
      <Modal
        opened={refusing}
        onClose={() => setRefusing(false)}
        title={t('orders.reject')}
        closeButtonProps={{ 'aria-label': t('shell.close') }}
      >
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            reject.mutate({ params, body: { note: reason.trim() } });
          }}
        >
          <TextInput
            data-autofocus
            label={t('orders.reject_reason')}
            required
            pattern=".*\S.*"
            maxLength={4000}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Button type="submit" loading={reject.isPending}>
            {t('orders.reject')}
          </Button>
        </form>
      </Modal>
    </>
  );
}
