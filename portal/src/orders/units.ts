/** Units that goods and work are usually counted in (UN/ECE Recommendation 20), the piece first. */
export const UNITS = ['C62', 'HUR', 'DAY', 'KGM', 'TNE', 'LTR', 'MTR', 'MTK', 'MTQ'] as const;
export type Unit = (typeof UNITS)[number];
