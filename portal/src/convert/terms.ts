/** Terms that few invoices need, and some customers ask for (EN 16931: BT-12, BT-11, BT-19, BT-20, BT-9). */
export const MORE = [
  'contract_reference',
  'project_reference',
  'buyer_accounting_reference',
  'payment_terms',
  'due_date',
] as const;
