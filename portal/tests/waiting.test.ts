import { describe, expect, it } from 'vitest';
import { readsOn, waitingOf } from '@/approvals/waiting';

type Count = Parameters<typeof waitingOf>[0][number];
const some = (count: number, status: string | null, box = 'received', state = 'delivered') =>
  ({ box, state, status, count }) as Count;

describe('what waits for the buyer', () => {
  it('is what was delivered to it and is not decided', () => {
    const counts = [some(2, null), some(1, '208'), some(40, '205'), some(7, '210')];
    expect(waitingOf([...counts, some(9, null, 'sent'), some(5, null, 'received', 'archived')])).toBe(3);
    expect(waitingOf([])).toBe(0);
  });

  it('is looked for behind pages of what is decided, and no longer than it takes', () => {
    expect(readsOn(0, 1, 100)).toBe(true);
    expect(readsOn(1, 1, 100)).toBe(false);
    expect(readsOn(0, 0, 100)).toBe(false);
    expect(readsOn(100, 350, 100)).toBe(false);
  });
});
