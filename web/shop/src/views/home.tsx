import type { ProductCard } from "@xiaoer/protocol";
import { CATEGORIES, type Category, priceOf } from "../catalog.ts";
import { Art } from "../drawings/art.tsx";

export function Home({ products }: { products: ProductCard[] }) {
  const shelves = CATEGORIES.map((category) => ({
    category,
    goods: products.filter((product) => product.category === category.id),
  })).filter(({ goods }) => goods.length > 0);
  return (
    <>
      <section class="hero">
        <div>
          <p class="hero-kicker">街角的小店，样样都有</p>
          <h1>有问题，喊一声小二</h1>
          <p class="hero-line">尺码、成分、月龄、到货时间，点右下角就有人答。说不清的，马上换真人。</p>
          <button type="button" class="ask-button" onClick={() => window.xiaoer?.open()}>
            问问客服
          </button>
        </div>
        <Lantern />
      </section>
      <nav class="shelf-nav" aria-label="分类">
        {shelves.map(({ category }) => (
          <a key={category.id} href={`#${category.id}`}>
            {category.name}
          </a>
        ))}
      </nav>
      {shelves.map(({ category, goods }) => (
        <Shelf key={category.id} category={category} goods={goods} />
      ))}
    </>
  );
}

function Shelf({ category, goods }: { category: Category; goods: ProductCard[] }) {
  return (
    <section class="shelf" id={category.id}>
      <header class="shelf-head">
        <h2>{category.name}</h2>
        <p>{category.line}</p>
      </header>
      <ul class="goods">
        {goods.map((product) => (
          <li key={product.sku}>
            <a class="good" href={`/p/${encodeURIComponent(product.sku)}`}>
              <Art product={product} />
              <h3>{product.name}</h3>
              <p class="price">
                <small>¥</small>
                {priceOf(product)}
                {product.stock === 0 && <span class="sold-out">暂时缺货</span>}
              </p>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The lamp over the shop's door. */
function Lantern() {
  return (
    <svg class="lantern" viewBox="0 0 240 220" aria-hidden="true">
      <circle class="lantern-glow" cx="120" cy="106" r="92" />
      <path class="lantern-rope" d="M120 0v34M120 172v14" />
      <rect class="lantern-cap" x="92" y="32" width="56" height="14" rx="5" />
      <ellipse class="lantern-paper" cx="120" cy="104" rx="74" ry="60" />
      <path class="lantern-rib" d="M120 44c-52 22-52 98 0 120M120 44c52 22 52 98 0 120M120 44v120" />
      <rect class="lantern-cap" x="92" y="160" width="56" height="14" rx="5" />
      <path class="lantern-rope" d="M108 186v24M120 186v30M132 186v24" />
      <text class="lantern-word" x="120" y="118" text-anchor="middle">
        小二
      </text>
    </svg>
  );
}
