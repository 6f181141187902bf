import { describe, expect, it } from 'vitest';
import { waitingOf } from '@/approvals/waiting';

type Count = Parameters<typeof waitingOf>[0][number];
const some = (count: number, status: string | null, box = 'received', state = 'delivered') =>
  ({ box, state, status, count }) as Count;

describe('what waits for the buyer', () => {
  it('is what was delivered to it and is not decided', () => {
    const counts = [some(2, null), some(1, '208'), some(40, '205'), some(7, '210')];
    expect(waitingOf([...counts, some(9, null, 'sent'), some(5, null, 'received', 'archived')])).toBe(3);
    expect(waitingOf([])).toBe(0);
  });
});
