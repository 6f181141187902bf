import { Checkbox } from '@mantine/core';
import { $api } from '@/api/client';
import { type Right, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

/** What one person has beside the rights of their roles, and what of these they have not. */
export type Single = { given: Right[]; taken: Right[] };
type Props = { roles: string[]; single: Single; change: (single: Single) => void };
type Word<R> = R extends `${infer Of}:${infer Act}` ? `${Of}_${Act}` : never;

/** A right's word in `settings.right`: there the colon has a meaning of its own. */
export const wordOf = (right: Right) => right.replace(':', '_') as Word<Right>;

const toggled = (rights: Right[], right: Right) =>
  rights.includes(right) ? rights.filter((each) => each !== right) : [...rights, right];

/** Each right by itself: ticked where a role has it, and to be ticked otherwise for this person alone. */
export function SingleRights({ roles, single, change }: Props) {
  const { t } = useSpeech();
  const { company } = useSession();
  const rights = $api.useQuery('get', '/v1/users/rights', {}, { staleTime: Number.POSITIVE_INFINITY });
  const listed = (rights.data ?? []).filter((each) => each.single);
  return (
    <details className="question">
      <summary>{t('settings.single.title')}</summary>
      <div className="stack">
        <p className="soft small">{t('settings.single.why')}</p>
        <div className="two role-choice">
          {listed.map(({ code, roles: having }) => {
            const of = having.some((role) => roles.includes(role)) ? 'taken' : 'given';
            const differs = single[of].includes(code);
            const has = differs === (of === 'given');
            const notYours = !has && !company.rights.includes(code);
            return (
              <Checkbox
                key={code}
                label={t(`settings.right.${wordOf(code)}`)}
                description={notYours ? t('settings.single.not_yours') : differs && t(`settings.single.${of}`)}
                checked={has}
                disabled={notYours}
                onChange={() => change({ ...single, [of]: toggled(single[of], code) })}
              />
            );
          })}
        </div>
      </div>
    </details>
  );
}
