import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { components } from '@/api/generated/invoicing';
import { FindingNotice, type Point } from '@/convert/FindingNotice';
import { MORE } from '@/convert/terms';
import type { Edit } from '@/convert/useDraft';
import { useSpeech } from '@/words/speech';

type Term = (typeof MORE)[number];
type Props = {
  draft: components['schemas']['InvoiceDraft'];
  points: Point[];
  change: (terms: Edit) => void;
};

/** One line, until somebody opens it or one of them is asked for. */
export function More({ draft, points, change }: Props) {
  const { t } = useSpeech();
  const [terms, setTerms] = useState(() => new Map<Term, string>(MORE.map((term) => [term, draft[term] ?? ''])));
  const [shown, show] = useState(false);
  const about = (term: Term) => points.filter(({ place }) => place === term);
  const asked = MORE.some((term) => about(term).length > 0);
  return (
    // what was opened because a term is asked for stays open once the term is written
    <details className="question" open={shown || asked} onToggle={(event) => show(event.currentTarget.open)}>
      <summary>{t('convert.more.title')}</summary>
      <div className="two even pad">
        {MORE.map((term) => (
          <TextInput
            key={term}
            id={term}
            type={term === 'due_date' ? 'date' : 'text'}
            label={t(`convert.more.${term}`)}
            value={terms.get(term)}
            error={about(term).length > 0}
            aria-describedby={about(term).length ? `${term}-why` : undefined}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setTerms((before) => new Map(before).set(term, value));
              change({ [term]: value || null });
            }}
          />
        ))}
      </div>
      {MORE.flatMap((term) =>
        about(term).map((point, i) => (
          <FindingNotice key={`${term}${point.rule}`} id={i === 0 ? `${term}-why` : undefined} point={point} />
        )),
      )}
    </details>
  );
}
