/** A small drawing of what the sample becomes: retention lines over daily bars. Its shape is fixed and carries no data. */
const DAYS = 54;
const WIDTH = 486;
const HEIGHT = 144;

function wave(i: number, seed: number): number {
  return Math.sin(i / 3.1 + seed) * 0.5 + Math.sin(i / 1.3 + seed * 7) * 0.3 + Math.sin(i * 2.7 + seed * 3) * 0.2;
}

function line(level: number, swing: number, seed: number): string {
  return Array.from({ length: DAYS }, (_, i) => {
    const dip = i > 22 && i < 28 ? 6 : 0;
    return `${i === 0 ? "M" : "L"}${((i * WIDTH) / (DAYS - 1)).toFixed(1)} ${(level + wave(i, seed) * swing + dip - i * 0.12).toFixed(1)}`;
  }).join("");
}

export function SamplePicture() {
  const bars = Array.from({ length: DAYS }, (_, i) => 16 + wave(i, 2) * 4 + (i % 7 > 4 ? 12 : 0) + i * 0.1);
  const pitch = WIDTH / DAYS;
  return (
    <svg width="100%" height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
      {bars.map((height, i) => (
        <rect key={i} x={i * pitch} y={HEIGHT - height} width={pitch - 2} height={height} fill="var(--hist)" />
      ))}
      <path d={line(24, 4, 1)} fill="none" stroke="var(--c1)" strokeWidth="1.75" vectorEffect="non-scaling-stroke" />
      <path d={line(76, 3, 4)} fill="none" stroke="var(--c2)" strokeWidth="1.75" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
