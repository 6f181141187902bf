import { Button } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect } from 'react';
import { byField, isProblem } from '@/api/problem';
import { Notice, Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { OwnRules } from '@/rules/OwnRules';
import { ReadyMade } from '@/rules/ReadyMade';
import { type Book, type BookDraft, type Kind, OWN, type Rule } from '@/rules/shapes';
import { TrialResult } from '@/rules/Trial';
import type { useRulebook } from '@/rules/useRulebook';
import { useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

type Props = {
  rulebook: ReturnType<typeof useRulebook>;
  kinds: readonly Kind[];
  rules: Rule[];
  draft: BookDraft | undefined;
  /** What is in force now: a draft that says the same has nothing to bring. */
  inForce: Book;
};

/** The draft: written and tried by one administrator, put into force by another. */
export function Editor({ rulebook, kinds, rules, draft, inForce }: Props) {
  const { t } = useSpeech();
  const { who } = useSession();
  const { keep, publish, params } = rulebook;
  const form = useForm<{ rules: Rule[] }>({ initialValues: { rules } });
  const refused = keep.error;
  const setErrors = form.setErrors;
  useEffect(() => {
    if (isProblem(refused)) setErrors(byField(refused));
  }, [refused, setErrors]);
  const mine = draft?.written_by === `user:${who.user_id}`;
  const asked = (book?: Book | BookDraft) => JSON.stringify([book?.rules ?? [], book?.enrichment ?? []]);
  const same = asked(draft) === asked(inForce);
  const ready = !same && Boolean(draft?.tested && draft.backtest) && !form.isDirty();
  return (
    <form
      className="stack"
      onSubmit={form.onSubmit(({ rules: written }) =>
        keep.mutate(written, { onSuccess: () => form.resetDirty({ rules: written }) }),
      )}
    >
      <Panel title={t('rules.ready_made')} note={t('rules.ready_made_why')}>
        <ReadyMade form={form} kinds={kinds.filter(({ kind }) => kind !== OWN)} />
      </Panel>
      <Panel title={t('rules.own_rules')} note={t('rules.own_rules_why')}>
        <OwnRules form={form} />
      </Panel>
      <Panel title={t('rules.into_force')}>
        <div className="stack">
          <ProblemNotice error={keep.error ?? publish.error} />
          <TrialResult tested={keep.data?.tested} backtest={form.isDirty() ? undefined : draft?.backtest} />
          {ready && mine && (
            <Notice tone="info" icon="inHand" title={t('rules.second_person')}>
              {t('rules.second_person_why')}
            </Notice>
          )}
          <div className="row wrap">
            <Button type="submit" variant={ready && !mine ? 'default' : 'filled'} loading={keep.isPending}>
              {t('rules.try')}
            </Button>
            {ready && !mine && (
              <Button loading={publish.isPending} onClick={() => publish.mutate({ params })}>
                {t('rules.publish')}
              </Button>
            )}
          </div>
        </div>
      </Panel>
    </form>
  );
}
