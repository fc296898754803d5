/** The product's mark: three levels of water. */
export function Mark({ size = 16 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="var(--accent)" strokeWidth="1.6" strokeLinecap="round" aria-hidden>
      <path d="M1.5 5.2h13M3.5 8.6h9M5.5 12h5" />
    </svg>
  );
}
