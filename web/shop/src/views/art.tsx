import type { ProductCard } from "@xiaoer/protocol";
import type { ComponentChildren } from "preact";
import { garmentOf } from "../attributes.ts";

/** Six quiet pairs of colours; the same product always gets the same one. */
const PALETTES = ["clay", "sage", "sky", "honey", "plum", "stone"];

function paletteOf(sku: string): string {
  let sum = 0;
  for (const character of sku) sum = (sum * 31 + character.charCodeAt(0)) % 9_973;
  return PALETTES[sum % PALETTES.length] ?? "clay";
}

export function Art({ product }: { product: ProductCard }) {
  return (
    <svg
      class={`art is-${paletteOf(product.sku)}`}
      viewBox="0 0 200 200"
      role="img"
      aria-label={product.name}
    >
      <rect class="art-wall" width="200" height="200" />
      <circle class="art-sun" cx="146" cy="58" r="46" />
      <path class="art-floor" d="M0 158c40-10 80-10 120-4s60 4 80-2v48H0Z" />
      <ellipse class="art-shade" cx="100" cy="166" rx="46" ry="6" />
      <g class="art-thing">{drawing(product)}</g>
    </svg>
  );
}

function drawing(product: ProductCard): ComponentChildren {
  switch (product.category) {
    case "apparel":
      return garment(garmentOf(product.attributes));
    case "beauty":
      return (
        <>
          <rect class="art-deep" x="90" y="44" width="20" height="26" rx="5" />
          <rect class="art-main" x="84" y="66" width="32" height="12" rx="3" />
          <rect class="art-main" x="72" y="78" width="56" height="88" rx="12" />
          <rect class="art-light" x="82" y="104" width="36" height="36" rx="4" />
          <path class="art-line" d="M90 116h20M90 124h12" />
        </>
      );
    case "mother_baby":
      return (
        <>
          <path class="art-deep" d="M92 52c0-8 3-14 8-14s8 6 8 14v10H92Z" />
          <rect class="art-deep" x="80" y="60" width="40" height="14" rx="5" />
          <path class="art-light" d="M78 74h44l6 16v64a12 12 0 0 1-12 12H84a12 12 0 0 1-12-12V90Z" />
          <path class="art-main" d="M72 112h56v42a12 12 0 0 1-12 12H84a12 12 0 0 1-12-12Z" />
          <path class="art-line" d="M112 96h10M116 108h6M112 120h10M116 132h6M112 144h10" />
        </>
      );
    case "pet":
      return (
        <>
          <path class="art-main" d="M52 124h96l10 36a6 6 0 0 1-6 6H48a6 6 0 0 1-6-6Z" />
          <path class="art-deep" d="M56 124c4-20 20-30 44-30s40 10 44 30Z" />
          <g class="art-light">
            <ellipse cx="100" cy="150" rx="9" ry="7" />
            <circle cx="87" cy="141" r="4" />
            <circle cx="95" cy="136" r="4" />
            <circle cx="105" cy="136" r="4" />
            <circle cx="113" cy="141" r="4" />
          </g>
        </>
      );
    case "fresh":
      return (
        <>
          <path class="art-stem" d="M84 122c2-34 12-56 34-70M126 128c0-32-2-56-8-76" />
          <path class="art-leaf" d="M118 52c10-16 28-18 42-12-8 16-26 20-42 12Z" />
          <circle class="art-main" cx="80" cy="140" r="26" />
          <circle class="art-deep" cx="128" cy="142" r="25" />
          <path class="art-shine" d="M66 134a16 16 0 0 1 10-10M114 136a15 15 0 0 1 9-9" />
        </>
      );
    default:
      return (
        <>
          <path class="art-handle" d="M130 104h10a16 16 0 0 1 0 40h-12" />
          <path class="art-main" d="M62 90h72v58a18 18 0 0 1-18 18H80a18 18 0 0 1-18-18Z" />
          <path class="art-deep" d="M62 90h72v14H62Z" />
          <path class="art-steam" d="M84 78c-6-8 6-12 0-22M100 78c-6-8 6-12 0-22M116 78c-6-8 6-12 0-22" />
        </>
      );
  }
}

function garment(cut: string): ComponentChildren {
  if (/dress|skirt/.test(cut)) {
    return (
      <>
        <path class="art-main" d="M84 42h6c2 8 18 8 20 0h6l6 34-8 22 28 66c-26 8-58 8-84 0l28-66-8-22Z" />
        <path class="art-deep" d="M86 92h28l2 8H84Z" />
        <path class="art-line" d="M92 112 82 160M108 112l10 48M100 112v52" />
      </>
    );
  }
  if (/pants|jeans|trouser/.test(cut)) {
    return (
      <>
        <path class="art-main" d="M74 46h52l10 120h-28l-8-72-8 72H64Z" />
        <path class="art-deep" d="M73 46h54l1 12H72Z" />
        <path class="art-line" d="M100 58v30M80 66c2 8 6 10 12 10M120 66c-2 8-6 10-12 10" />
      </>
    );
  }
  return (
    <>
      <path class="art-main" d="M80 50c6 12 34 12 40 0l36 18-12 28-16-6v76H72V90l-16 6-12-28Z" />
      <path class="art-deep" d="M80 50c6 12 34 12 40 0l-7-4c-4 8-22 8-26 0Z" />
      <path class="art-line" d="M72 94v14M128 94v14" />
    </>
  );
}
