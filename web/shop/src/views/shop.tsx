import type { ProductCard } from "@xiaoer/protocol";
import type { ComponentChildren } from "preact";
import { Home } from "./home.tsx";
import { Product } from "./product.tsx";

interface Props {
  /** Absent while they are on their way, `null` when they could not be had. */
  products: ProductCard[] | null | undefined;
  /** The product that the address names. */
  sku: string | undefined;
}

export function Shop({ products, sku }: Props) {
  return (
    <>
      <header class="top">
        <a class="sign" href="/">
          <span class="sign-mark" aria-hidden="true">
            二
          </span>
          小二示范店
        </a>
        <p class="top-note">演示店铺，商品与品牌均为虚构</p>
      </header>
      <main>{page({ products, sku })}</main>
      <footer class="bottom">小二示范店 · 由开源客服系统“小二”提供服务</footer>
    </>
  );
}

function page({ products, sku }: Props): ComponentChildren {
  if (products === undefined) return <p class="notice">正在上架…</p>;
  if (products === null) return <p class="notice">商品暂时加载不出来，请稍后刷新页面。</p>;
  if (sku === undefined) return <Home products={products} />;
  const product = products.find((one) => one.sku === sku);
  if (product) return <Product product={product} />;
  return (
    <p class="notice">
      没有找到这件商品。<a href="/">回到首页</a>
    </p>
  );
}
