import type { components } from '@/api/generated/registration';

type Plan = Pick<components['schemas']['PlanView'], 'granted' | 'archive_ends_at' | 'packs'>;

/** The packs that add something: nothing is sold to a company of what it has without limit, or for always. */
export const onSale = (plan: Plan) =>
  plan.packs.filter((pack) => (pack.archive_months ? plan.archive_ends_at !== null : plan.granted !== null));

/** How long the archive option lasts, in a word of `plan.archive`. */
export const archiveLasts = (endsAt: string | null, now: number): 'always' | 'until' | 'ended' =>
  endsAt === null ? 'always' : Date.parse(endsAt) > now ? 'until' : 'ended';
