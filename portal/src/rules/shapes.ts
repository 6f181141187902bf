import type { components } from '@/api/generated/validation';

type Schemas = components['schemas'];
export type Rule = Schemas['RuleInput'];
export type Kind = Schemas['RuleKind'];
export type Book = Schemas['RulebookView'];
export type BookDraft = Schemas['DraftView'];
export type Tested = Schemas['Tested'];
export type Backtest = Schemas['Backtest'];

/** The kind of a rule that the buyer wrote itself. */
export const OWN = 'expression';

/** A ready-made rule as it is ticked first. Its kind is its id: it stands once in a rulebook. */
export const ticked = (kind: Kind): Rule => ({
  id: kind.kind,
  kind: kind.kind,
  severity: 'fatal',
  parameters: Object.fromEntries(kind.parameters.map((name) => [name, ''])),
});

/** What a draft has to begin with: the last one, else what is in force. */
export function begun(draft: BookDraft | undefined, book: Book | undefined): Rule[] {
  const rules = (draft?.rules ?? book?.rules ?? []) as Rule[];
  return rules.map((rule) => ({ ...rule, examples: (draft?.examples[rule.id] ?? []) as Rule['examples'] }));
}
