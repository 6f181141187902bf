import { api } from '@/api/client';
import { usePages } from '@/api/pages';
import type { Prospect, Side } from '@/bringing/shapes';
import { proofFile } from '@/partners/proof';
import { Empty, Panel } from '@/parts/Bits';
import { Icon, type IconName } from '@/parts/Icon';
import { MoreRows } from '@/parts/MoreRows';
import { ProblemNotice } from '@/parts/ProblemNotice';
import type { Tone } from '@/parts/status';
import { Waiting } from '@/parts/Waiting';
import { useSpeech } from '@/words/speech';

const LOOKS: Record<Prospect['state'], { icon: IconName; tone: Tone }> = {
  asked: { icon: 'mail', tone: 'info' },
  opened: { icon: 'inHand', tone: 'info' },
  accepted: { icon: 'approved', tone: 'ok' },
  declined: { icon: 'refused', tone: 'bad' },
  ended: { icon: 'cancelled', tone: 'quiet' },
};
const PAGE = 50;

/** Whoever was brought, with what they said; the proof of a consent is there to keep. */
export function Prospects({ side }: { side: Side }) {
  const { t, day } = useSpeech();
  const query = { side, limit: PAGE };
  const list = usePages('/v1/invitations', query, (cursor) =>
    api.GET('/v1/invitations', { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }),
  );
  return (
    <Panel title={t(`bringing.brought.${side}`)} flush>
      <ProblemNotice error={list.error} />
      {list.isPending && <Waiting rows={3} />}
      {list.isSuccess && !list.rows.length && (
        <Empty title={t(`bringing.nobody.${side}`)}>{t('bringing.nobody_why')}</Empty>
      )}
      {list.rows.length > 0 && (
        <table className="table cards four">
          <caption className="sr">{t(`bringing.brought.${side}`)}</caption>
          <thead>
            <tr>
              <th>{t('partners.partner')}</th>
              <th>{t('sign.email')}</th>
              <th>{t('bringing.asked')}</th>
              <th>{t('orders.state')}</th>
              <th className="r">{t('bringing.proof')}</th>
            </tr>
          </thead>
          <tbody>
            {list.rows.map((prospect) => (
              <tr key={prospect.id}>
                <td>
                  <b>{prospect.legal_name}</b>
                  <span className="soft small num block">{prospect.value}</span>
                </td>
                <td className="mail">
                  {prospect.email || '—'}
                  {prospect.had_account && <span className="status-note block">{t('bringing.had_account')}</span>}
                </td>
                <td className="soft nowrap">{day(prospect.asked_at)}</td>
                <td>
                  <span className="status" data-tone={LOOKS[prospect.state].tone}>
                    <Icon name={LOOKS[prospect.state].icon} size={17} />
                    <span>
                      <span className="status-word">{t(`bringing.state.${prospect.state}`)}</span>
                      {prospect.decided_at && <span className="status-note">{day(prospect.decided_at)}</span>}
                      {prospect.replaced_at ? (
                        <span className="status-note">
                          {t('bringing.replaced', { day: day(prospect.replaced_at) })}
                        </span>
                      ) : (
                        (prospect.state === 'declined' || prospect.state === 'ended') && (
                          <span className="status-note">{t('bringing.anew')}</span>
                        )
                      )}
                    </span>
                  </span>
                </td>
                <td className="r">
                  {prospect.proof ? (
                    <a
                      className="link"
                      href={proofFile(prospect.proof)}
                      download={`${prospect.value}.json`}
                      aria-label={`${t('bringing.proof_get')} : ${prospect.legal_name}`}
                    >
                      {t('bringing.proof_get')}
                    </a>
                  ) : (
                    '—'
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <MoreRows list={list} shown={list.rows.length} />
    </Panel>
  );
}
