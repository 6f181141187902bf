import { Button, Checkbox } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/api/client';
import type { components } from '@/api/generated/validation';
import { Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { begun } from '@/rules/shapes';
import type { useRulebook } from '@/rules/useRulebook';
import { useSpeech } from '@/words/speech';

type Wish = components['schemas']['EnrichmentInput'];
type Props = { rulebook: ReturnType<typeof useRulebook>; mayChange: boolean };

const named = ({ term, source }: Wish) => `${term} ${source}`;

/** Terms that are filled where an invoice lacks them: chosen into the draft, or read by who may not choose. */
export function Filling({ rulebook, mayChange }: Props) {
  const { t, said } = useSpeech();
  const queries = useQueryClient();
  const { kinds, book, draft, params } = rulebook;
  const kept: readonly Wish[] = draft.data?.enrichment ?? book.data?.enrichment ?? [];
  const inForce = new Set((book.data?.enrichment ?? []).map(named));
  const [changed, setChanged] = useState<readonly Wish[]>();
  const chosen = changed ?? kept;
  const keep = useMutation({
    mutationFn: async (enrichment: readonly Wish[]) => {
      const body = { rules: begun(draft.data, book.data), enrichment: [...enrichment] };
      const answer = await api.PUT('/v1/rulebooks/{unit_id}/draft', { params, body });
      if (answer.error) throw answer.error;
    },
    onSuccess: async () => {
      await queries.invalidateQueries({
        predicate: ({ queryKey }) => String(queryKey[1]).startsWith('/v1/rulebooks/{'),
      });
      setChanged(undefined);
    },
  });
  const offered = (kinds.data?.enrichment ?? []).flatMap(({ term, texts, sources }) =>
    Object.entries(sources).map(([source, words]) => ({
      wish: { term, source: source as Wish['source'] },
      text: `${said(texts)}, ${said(words)}`,
    })),
  );
  if (!mayChange) {
    const valid = offered.filter(({ wish }) => inForce.has(named(wish)));
    if (valid.length === 0) return null;
    return (
      <Panel title={t('rules.filling.title')} note={t('rules.filling.why')}>
        <ul className="rows">
          {valid.map(({ wish, text }) => (
            <li key={named(wish)}>{text}</li>
          ))}
        </ul>
      </Panel>
    );
  }
  const toggle = (wish: Wish, on: boolean) =>
    setChanged(on ? [...chosen, wish] : chosen.filter((each) => named(each) !== named(wish)));
  return (
    <Panel title={t('rules.filling.title')} note={t('rules.filling.why')}>
      <div className="stack">
        <ul className="rows">
          {offered.map(({ wish, text }) => (
            <li key={named(wish)}>
              <Checkbox
                label={text}
                description={inForce.has(named(wish)) ? t('rules.in_force') : undefined}
                checked={chosen.some((each) => named(each) === named(wish))}
                onChange={(event) => toggle(wish, event.currentTarget.checked)}
              />
            </li>
          ))}
        </ul>
        <ProblemNotice error={keep.error} />
        {!changed && JSON.stringify(kept.map(named)) !== JSON.stringify([...inForce]) && (
          <p className="soft small">{t('rules.filling.next')}</p>
        )}
        <div className="row wrap">
          <Button variant="default" disabled={!changed} loading={keep.isPending} onClick={() => keep.mutate(chosen)}>
            {t('rules.filling.keep')}
          </Button>
        </div>
      </div>
    </Panel>
  );
}
