import i18next from 'i18next';

type Translate = (code: string, detail: string) => string | undefined;
let french: Translate | undefined;

/** Services say why they refuse in English, with a code that never changes: other languages say it by the code. */
export async function loadRefusals() {
  french ??= (await import('@/words/fr/refusals')).inFrench;
}

/** A refusal in the language of the reader; what no text is known for stays as the service said it. */
export function refusal(code: string, detail: string): string {
  if (i18next.language !== 'fr') return detail;
  return (
    french?.(code, detail) || i18next.t(`problem.code.${code}` as 'problem.code.FORBIDDEN', { defaultValue: detail })
  );
}
