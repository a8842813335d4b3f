/** What stands in the round picture of somebody who has none. */
export function initialOf(name: string): string {
  return [...name.trim()][0]?.toUpperCase() ?? "·";
}
