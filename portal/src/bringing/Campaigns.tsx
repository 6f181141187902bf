import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';
import { Funnel } from '@/bringing/Funnel';
import type { Side } from '@/bringing/shapes';
import { Panel } from '@/parts/Bits';
import { FileLink } from '@/parts/FileLink';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { useSpeech } from '@/words/speech';

/** Each file and how far its entities are; who does not answer is written to again. */
export function Campaigns({ side }: { side: Side }) {
  const { t, day } = useSpeech();
  const queries = useQueryClient();
  const list = $api.useQuery('get', '/v1/invitations/campaigns');
  const remind = $api.useMutation('post', '/v1/invitations/campaigns/{campaign_id}/remind', {
    onSuccess: ({ sent }) => {
      notifications.show({
        message: t('bringing.reminded', { count: sent }),
        closeButtonProps: { 'aria-label': t('shell.close') },
      });
      void queries.invalidateQueries({
        predicate: ({ queryKey }) => String(queryKey[1]).startsWith('/v1/invitations'),
      });
    },
  });
  const campaigns = (list.data ?? []).filter((each) => each.side === side);
  return (
    <Panel title={t('bringing.campaigns')} flush>
      <ProblemNotice error={list.error ?? remind.error} />
      {list.isPending && <Waiting rows={3} />}
      {list.isSuccess && !campaigns.length && <p className="soft pad">{t('bringing.no_campaign')}</p>}
      {campaigns.length > 0 && (
        <ul className="rows padded">
          {campaigns.map((campaign) => (
            <li key={campaign.id} className="campaign">
              <div className="campaign-name">
                <b>{campaign.name}</b>
                <span className="soft small block">
                  {day(campaign.at)}
                  {campaign.rejected > 0 && (
                    <>
                      {' · '}
                      <FileLink path={`/v1/invitations/campaigns/${campaign.id}/errors`} name="errors.csv">
                        {t('bringing.rejected', { count: campaign.rejected, shown: campaign.rejected })}
                      </FileLink>
                    </>
                  )}
                </span>
              </div>
              <Funnel campaign={campaign} />
              <Button
                size="xs"
                variant="default"
                loading={remind.isPending}
                aria-label={`${t('bringing.remind')} : ${campaign.name}`}
                onClick={() => remind.mutate({ params: { path: { campaign_id: campaign.id } } })}
              >
                {t('bringing.remind')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
