import type { components } from '@/api/generated/registration';
import type fields from '@/words/en/profile.json';
import { useSpeech } from '@/words/speech';

type Version = components['schemas']['VersionView'];
type Field = keyof (typeof fields)['versions']['field'];

/** Who changed what of a company or a unit, when, and what stands since. */
export function VersionHistory({ of, versions }: { of: 'company' | 'unit'; versions: readonly Version[] | undefined }) {
  const { t, moment } = useSpeech();
  if (!versions?.length) return null;
  const said = (value: unknown) => {
    if (typeof value === 'boolean') return t(value ? 'profile.versions.yes' : 'profile.versions.no');
    const parts = Object.values(Array.isArray(value) ? value : [value]).flatMap((each: unknown) =>
      each && typeof each === 'object' ? Object.values(each) : [each],
    );
    return parts.filter((part) => part !== null && part !== '').join(' ') || t('profile.versions.none');
  };
  return (
    <details className="question">
      <summary>{t(`profile.versions.${of}`)}</summary>
      <ul className="rows">
        {versions.map(({ version, content, changed, changed_at, person_id, person_name }) => (
          <li key={version}>
            <span className="num">{moment(changed_at)}</span>
            <span className="grow">
              {person_id ? (person_name ?? t('profile.left')) : t('profile.versions.nobody')}
            </span>
            <span className="soft small">
              {changed.length
                ? changed
                    .map((field) => `${t(`profile.versions.field.${field as Field}`)} : ${said(content[field])}`)
                    .join(' · ')
                : t('profile.versions.first')}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
