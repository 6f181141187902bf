/** What a ticket can be about, the likeliest first. */
export const TOPICS = ['access', 'orders', 'invoices', 'statuses', 'archive', 'plans', 'technical', 'other'] as const;
