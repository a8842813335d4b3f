import { render } from "preact";
import "./looks/tokens.css";
import "./looks/shop.css";
import "./looks/home.css";
import "./looks/product.css";
import "./looks/art.css";
import { loadProducts, STORE } from "./catalog.ts";
import { Shop } from "./views/shop.tsx";

declare global {
  interface Window {
    /** There once the widget's loader has run. */
    xiaoer?: { open(): void; ask(text: string): void };
  }
}

const sku = /^\/p\/([^/]+)\/?$/.exec(location.pathname)?.[1];
const shown = sku === undefined ? undefined : decodeURIComponent(sku);
const root = document.getElementById("shop");

if (root) {
  render(<Shop products={undefined} sku={shown} />, root);
  const products = await loadProducts().catch(() => null);
  const product = products?.find((one) => one.sku === shown);
  if (product) document.title = `${product.name} · 小二示范店`;
  render(<Shop products={products} sku={shown} />, root);
  // Shelves exist only now, so the address's own jump came too early.
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  embedChat();
}

/** The line that any shop embeds, with the product that is being looked at. */
function embedChat(): void {
  const script = document.createElement("script");
  script.src = "/widget.js";
  script.async = true;
  script.dataset["store"] = STORE;
  if (shown !== undefined) script.dataset["sku"] = shown;
  document.body.append(script);
}
