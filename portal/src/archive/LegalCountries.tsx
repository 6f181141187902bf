import { $api } from '@/api/client';
import { useSpeech } from '@/words/speech';

/** In how many countries the sealed file is the legal invoice, and which they are. */
export function LegalCountries() {
  const { t, lang, count } = useSpeech();
  const seal = $api.useQuery('get', '/v1/certificates', {}, { staleTime: Number.POSITIVE_INFINITY });
  if (!seal.data) return null;
  const names = new Intl.DisplayNames([lang], { type: 'region' });
  const countries = seal.data.legal_countries.map((code) => names.of(code) ?? code);
  countries.sort((one, other) => one.localeCompare(other, lang));
  return (
    <details className="legal-countries">
      <summary>{t('archive.legal.in', { count: countries.length, shown: count(countries.length) })}</summary>
      <p className="soft small">{new Intl.ListFormat(lang, { type: 'conjunction' }).format(countries)}</p>
      <p className="soft small">{t('archive.legal.elsewhere')}</p>
    </details>
  );
}
