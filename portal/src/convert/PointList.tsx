import type { Point } from '@/convert/FindingNotice';
import { FixedBy } from '@/convert/FixedBy';
import { fieldsOf, focusOn } from '@/convert/places';
import { Icon } from '@/parts/Icon';
import { useSpeech } from '@/words/speech';

/** What keeps an invoice from leaving, above its fields: each point leads to its own. */
export function PointList({ points }: { points: readonly Point[] }) {
  const { t } = useSpeech();
  if (!points.length) return null;
  return (
    <section className="kind" aria-labelledby="points-title">
      <Icon name="failed" size={22} />
      <div className="grow">
        <h2 id="points-title">{t('failed.title', { count: points.length })}</h2>
        <ul className="kind-list">
          {points.map((point, i) => (
            <li key={`${point.place}${point.rule}${i}`}>
              <Icon name="chevron" size={15} />
              <span>
                <button type="button" className="link" onClick={() => focusOn(fieldsOf([point.place])[0])}>
                  {point.text}
                </button>{' '}
                {point.by && <FixedBy by={point.by} />}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
