import { useSpeech } from '@/words/speech';

/** The category that a rate of VAT stands under (UNTDID 5305), in words beside its code. */
export function VatCategory({ code }: { code: string }) {
  const { t } = useSpeech();
  return (
    <span className="soft small nowrap vat-category">
      {code} · {t(`convert.category.${code}` as 'convert.category.S', { defaultValue: code })}
    </span>
  );
}
