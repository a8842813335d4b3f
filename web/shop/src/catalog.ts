import type { Page, ProductCard } from "@xiaoer/protocol";

/** The store whose goods are shown, and whose chat is embedded. */
export const STORE = "demo";

export interface Category {
  id: string;
  name: string;
  line: string;
  /** What a shopper might ask about such a thing. */
  questions: string[];
}

/** In the order of the shelves. */
export const CATEGORIES: Category[] = [
  {
    id: "apparel",
    name: "衣橱",
    line: "按身材推荐尺码，不用猜",
    questions: ["身高 165、体重 52 公斤穿什么码？", "这款偏大还是偏小？"],
  },
  {
    id: "beauty",
    name: "美妆护肤",
    line: "先问成分，再上脸",
    questions: ["敏感肌能用吗？", "里面含酒精或香精吗？"],
  },
  {
    id: "mother_baby",
    name: "母婴",
    line: "月龄、过敏史，都先问清楚",
    questions: ["八个月的宝宝适合吗？", "怎么从一段换到二段？"],
  },
  {
    id: "pet",
    name: "宠物",
    line: "给毛孩子的日常三餐",
    questions: ["四个月的小猫可以吃吗？", "怎么换粮不软便？"],
  },
  {
    id: "fresh",
    name: "生鲜",
    line: "从产地到餐桌，冷链直达",
    questions: ["今天下单什么时候能到？", "坏果怎么赔？"],
  },
  {
    id: "general",
    name: "日用百货",
    line: "让家里舒服一点的小东西",
    questions: ["今天能发货吗？", "收到有破损怎么办？"],
  },
];

export async function loadProducts(): Promise<ProductCard[]> {
  const answer = await fetch(`/v1/stores/${STORE}/products`);
  if (!answer.ok) throw new Error(`products: ${answer.status}`);
  const page: Page<ProductCard> = await answer.json();
  return page.items;
}

export function categoryOf(product: ProductCard): Category | undefined {
  return CATEGORIES.find(({ id }) => id === product.category);
}

export function priceOf({ price_fen }: ProductCard): string {
  return (price_fen / 100).toFixed(price_fen % 100 === 0 ? 0 : 2);
}
