import type { ProductCard } from "@xiaoer/protocol";
import type { ComponentChildren } from "preact";
import { garmentOf } from "../attributes.ts";
import { babyThing } from "./baby.tsx";
import { beautyThing } from "./beauty.tsx";
import { freshThing } from "./fresh.tsx";
import { garment } from "./garments.tsx";
import { houseThing } from "./house.tsx";
import { petThing } from "./pet.tsx";

/** Six quiet pairs of colours; the same product always gets the same one. */
const PALETTES = ["clay", "sage", "sky", "honey", "plum", "stone"];

function paletteOf(sku: string): string {
  let sum = 7;
  for (const character of sku) sum = (sum * 33 + character.charCodeAt(0)) % 9_973;
  return PALETTES[sum % PALETTES.length] ?? "clay";
}

/** A still life: the thing, on a floor, before a wall. */
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
      {thing(product)}
    </svg>
  );
}

function thing({ category, name, attributes }: ProductCard): ComponentChildren {
  switch (category) {
    case "apparel":
      return garment(garmentOf(attributes));
    case "beauty":
      return beautyThing(name);
    case "mother_baby":
      return babyThing(name);
    case "pet":
      return petThing(name);
    case "fresh":
      return freshThing(name);
    default:
      return houseThing(name);
  }
}
