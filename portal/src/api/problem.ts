import { refusal } from '@/words/refusals';

/** What a service answers when it refuses (RFC 9457), as far as the portal reads it. */
export type Problem = {
  code: string;
  title: string;
  status: number;
  detail?: string;
  violations?: { rule: string; pointer?: string; detail: string }[];
  request_id?: string;
};

export function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'code' in error && 'status' in error;
}

/** The field a JSON pointer names, in the way forms name fields: `/person/email` is `person.email`. */
export function fieldOf(pointer: string): string {
  return pointer.replace(/^#?\//, '').replaceAll('~1', '/').replaceAll('~0', '~').replaceAll('/', '.');
}

/** Messages by field, for forms; what concerns no field comes under the empty name. */
export function byField(problem: Problem): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { rule, pointer, detail } of problem.violations ?? [])
    found[fieldOf(pointer ?? '').replace(/^body\./, '')] ??= refusal(rule, detail);
  return found;
}
