/** Two warp threads and the shuttle between them: an N. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 28 28" aria-hidden="true" focusable="false" style={{ flex: 'none' }}>
      <path d="M6 4v20M22 4v20" stroke="var(--nv-ink)" strokeWidth="3.200" strokeLinecap="round" />
      <path
        d="M4.800 2.800C12.600 5.600 19.800 13.600 23.200 25.200 15.400 22.400 8.200 14.400 4.800 2.800z"
        fill="var(--nv-accent)"
        stroke="var(--nv-mark-edge, var(--nv-ground))"
        strokeWidth="1.200"
      />
      <circle cx="14" cy="14" r="1.700" fill="var(--nv-mark-edge, var(--nv-ground))" />
    </svg>
  );
}
export function Wordmark({ size = 24 }: { size?: number }) {
  return (
    <span className="wordmark" style={{ fontSize: size * 0.82 }}>
      <Mark size={size} />
      Navette
    </span>
  );
}
