import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { api } from '@/api/client';
import { usePages } from '@/api/pages';
import { hand } from '@/invoices/originals';
import { Notice, Panel } from '@/parts/Bits';
import { Icon } from '@/parts/Icon';
import { MoreRows } from '@/parts/MoreRows';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { runs, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

const PAGE = 50;
const MOST_A_PAGE = 1000;

/** What happened to the company's account: every mail to those who run it, and every act on rights and consents. */
export function RecordRoom() {
  const { t } = useSpeech();
  const { company } = useSession();
  if (!runs(company))
    return (
      <Notice tone="quiet" icon="stuck">
        {t('record.only_administrators')}
      </Notice>
    );
  return (
    <div className="stack">
      <Mails id={company.id} />
      <Acts id={company.id} name={company.legal_name} />
    </div>
  );
}

function Mails({ id }: { id: string }) {
  const { t, moment } = useSpeech();
  const list = usePages('/v1/companies/{company_id}/mails', { id }, (cursor) =>
    api.GET('/v1/companies/{company_id}/mails', {
      params: { path: { company_id: id }, query: { limit: PAGE, ...(cursor ? { cursor } : {}) } },
    }),
  );
  return (
    <Panel title={t('record.mails')} note={t('record.mails_why')} flush>
      <ProblemNotice error={list.error} />
      {list.isPending && <Waiting rows={3} />}
      {list.isSuccess && !list.rows.length && <p className="soft pad">{t('record.no_mail')}</p>}
      {list.rows.length > 0 && (
        <table className="table cards four">
          <caption className="sr">{t('record.mails')}</caption>
          <thead>
            <tr>
              <th>{t('record.at')}</th>
              <th>{t('record.to')}</th>
              <th>{t('record.subject')}</th>
              <th>{t('orders.state')}</th>
            </tr>
          </thead>
          <tbody>
            {list.rows.map((mail) => (
              <tr key={mail.id}>
                <td className="soft nowrap num">{moment(mail.at)}</td>
                <td className="mail">{mail.address}</td>
                <td>{mail.subject}</td>
                <td className="soft">{t(`record.mail.${mail.state}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <MoreRows list={list} shown={list.rows.length} />
    </Panel>
  );
}

/** One page of the company's part of the audit trail, from after a number. */
async function acts(id: string, limit: number, after: string | undefined) {
  const { data, error } = await api.GET('/v1/companies/{company_id}/audit', {
    params: { path: { company_id: id }, query: { limit, ...(after ? { after: Number(after) } : {}) } },
  });
  return data ? { data: { items: data.items, next: data.next === null ? null : String(data.next) } } : { error };
}

/** All of it, each act a line of JSON with its place in the chain. */
async function everything(id: string): Promise<Blob> {
  const lines: string[] = [];
  let after: string | undefined;
  do {
    const { data, error } = await acts(id, MOST_A_PAGE, after);
    if (!data) throw error;
    lines.push(...data.items.map((act) => `${JSON.stringify(act)}\n`));
    after = data.next ?? undefined;
  } while (after);
  return new Blob(lines, { type: 'application/x-ndjson' });
}

function Acts({ id, name }: { id: string; name: string }) {
  const { t, moment } = useSpeech();
  const list = usePages('/v1/companies/{company_id}/audit', { id }, (after) => acts(id, PAGE, after));
  const take = useMutation({
    mutationFn: () => everything(id),
    onSuccess: (content) => hand(content, `audit-${name.replaceAll(/[^\w.-]+/g, '_')}.jsonl`),
  });
  return (
    <Panel
      title={t('record.acts')}
      note={t('record.acts_why')}
      flush
      actions={
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name="download" size={16} />}
          loading={take.isPending}
          onClick={() => take.mutate()}
        >
          {t('record.take')}
        </Button>
      }
    >
      <ProblemNotice error={list.error ?? take.error} />
      {list.isPending && <Waiting rows={3} />}
      {list.rows.length > 0 && (
        <table className="table cards four">
          <caption className="sr">{t('record.acts')}</caption>
          <thead>
            <tr>
              <th className="r">{t('record.number')}</th>
              <th>{t('record.at')}</th>
              <th>{t('record.act')}</th>
              <th>{t('record.actor')}</th>
            </tr>
          </thead>
          <tbody>
            {list.rows.map((act) => (
              <tr key={act.number}>
                <td className="num r">{act.number}</td>
                <td className="soft nowrap num">{moment(act.at)}</td>
                <td>
                  <code>{act.action}</code>
                </td>
                <td className="soft mail">{act.actor}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <MoreRows list={list} shown={list.rows.length} />
    </Panel>
  );
}
