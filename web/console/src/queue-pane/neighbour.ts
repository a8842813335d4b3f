/** The row after or before the open one; the first or last where the open one is not in the list. */
export function neighbour(rows: readonly string[], open: string | undefined, by: 1 | -1): string | undefined {
  const at = open === undefined ? -1 : rows.indexOf(open);
  if (at < 0) return by === 1 ? rows[0] : rows[rows.length - 1];
  return rows[at + by];
}
