export interface Piece {
  text: string;
  href?: string;
}

/** Only whole http(s) addresses, ended by space, Chinese punctuation or quotes. */
const ADDRESS = /https?:\/\/[^\s<>"'“”‘’「」（）()，。；！？、…]+/gi;
const TRAILING = /[.,;:!?*_~]+$/;

/** Cuts a text into words and links. What is shown of a link is the whole of its address, so that none can lie. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = found[0].replace(TRAILING, "");
    if (!isWeb(address)) continue;
    if (found.index > from) pieces.push({ text: text.slice(from, found.index) });
    pieces.push({ text: address, href: address });
    from = found.index + address.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

function isWeb(address: string): boolean {
  const url = URL.canParse?.(address) ? new URL(address) : undefined;
  // A name and password in an address only serve to make it look like another one.
  return url !== undefined && /^https?:$/.test(url.protocol) && !url.username && !url.password;
}
