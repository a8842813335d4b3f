/** Millionths of a yuan as an amount: a turn costs less than a fen, so small ones have four places. */
export function yuan(micros: number | undefined): string | undefined {
  if (micros === undefined) return undefined;
  const amount = micros / 1_000_000;
  return `¥${amount.toFixed(amount !== 0 && amount < 1 ? 4 : 2)}`;
}
