import type { ProductCard } from "@xiaoer/protocol";
import { useState } from "preact/hooks";
import { attributesOf, sizesOf } from "../attributes.ts";
import { categoryOf, priceOf } from "../catalog.ts";
import { Art } from "../drawings/art.tsx";

export function Product({ product }: { product: ProductCard }) {
  const category = categoryOf(product);
  const attributes = attributesOf(product.attributes);
  return (
    <article class="product">
      <nav class="crumbs" aria-label="位置">
        <a href="/">首页</a>
        {category && <a href={`/#${category.id}`}>{category.name}</a>}
      </nav>
      <div class="product-body">
        <div class="product-art">
          <Art product={product} />
        </div>
        <div class="product-words">
          <h1>{product.name}</h1>
          <p class="price is-big">
            <small>¥</small>
            {priceOf(product)}
          </p>
          <Stock stock={product.stock} />
          <Sizes sizes={sizesOf(product.attributes)} />
          {attributes.length > 0 && (
            <dl class="attributes">
              {attributes.map(({ name, value }) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          )}
          {category && (
            <aside class="ask">
              <p>拿不准？可以这样问：</p>
              <ul>
                {category.questions.map((question) => (
                  <li key={question}>
                    <button type="button" class="question" onClick={() => window.xiaoer?.ask(question)}>
                      {question}
                    </button>
                  </li>
                ))}
              </ul>
              <button type="button" class="ask-button" onClick={() => window.xiaoer?.open()}>
                问问客服
              </button>
            </aside>
          )}
          <p class="sku">货号 {product.sku}</p>
        </div>
      </div>
    </article>
  );
}

function Stock({ stock }: { stock: number | null }) {
  if (stock === null) return null;
  if (stock === 0) return <p class="stock is-out">暂时缺货</p>;
  return <p class="stock">{stock < 10 ? `仅剩 ${stock} 件` : "现货"}</p>;
}

function Sizes({ sizes }: { sizes: string[] }) {
  const [picked, setPicked] = useState<string>();
  if (sizes.length === 0) return null;
  return (
    <fieldset class="sizes">
      <legend>尺码</legend>
      {sizes.map((size) => (
        <label key={size} class={`size${size === picked ? " is-picked" : ""}`}>
          <input type="radio" name="size" checked={size === picked} onChange={() => setPicked(size)} />
          {size}
        </label>
      ))}
    </fieldset>
  );
}
