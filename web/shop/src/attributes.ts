interface Naming {
  name: string;
  unit?: string;
}

const NAMES: Record<string, Naming> = {
  after_opening_days: { name: "开封后", unit: "天内用完" },
  after_opening_months: { name: "开封后", unit: "个月内用完" },
  age: { name: "适用阶段" },
  age_months: { name: "适用月龄", unit: "个月" },
  alcohol_free: { name: "不含酒精" },
  allergens: { name: "致敏物" },
  baby_kg: { name: "适用体重", unit: "公斤" },
  brightness_levels: { name: "亮度", unit: "档" },
  care: { name: "洗护" },
  claim_hours: { name: "坏果申报", unit: "小时内" },
  cold_chain: { name: "冷链配送" },
  colors: { name: "颜色" },
  doorstep: { name: "送货上门" },
  fabric: { name: "面料" },
  fit: { name: "版型" },
  flushable: { name: "可冲厕所" },
  fragrance_free: { name: "不含香精" },
  garment: { name: "款式" },
  material: { name: "材质" },
  notice: { name: "请注意" },
  origin: { name: "产地" },
  pieces: { name: "数量", unit: "片" },
  power_w: { name: "功率", unit: "瓦" },
  sex: { name: "适用" },
  shapes: { name: "身形建议" },
  size: { name: "尺码" },
  size_cm: { name: "尺寸", unit: "厘米" },
  species: { name: "适用宠物" },
  stage: { name: "段位", unit: "段" },
  storage: { name: "储存" },
  stretch: { name: "弹力" },
  units: { name: "约", unit: "个" },
  use: { name: "用法" },
  volume: { name: "容量" },
  warranty_months: { name: "质保", unit: "个月" },
  when: { name: "使用时间" },
};

const VALUES: Record<string, string> = {
  A: "梨形",
  H: "直筒形",
  O: "圆形",
  V: "倒三角形",
  X: "沙漏形",
  adult: "成年",
  am: "早上",
  cat: "猫",
  dog: "狗",
  dress: "连衣裙",
  female: "女士",
  fitted: "修身",
  high: "高弹",
  knit: "针织衫",
  leave_on: "停留型，不用洗掉",
  loose: "宽松",
  male: "男士",
  none: "无弹力",
  pm: "晚上",
  regular: "常规",
  rinse_off: "洗去型",
  semi_fitted: "略修身",
  shirt: "衬衫",
  slight: "微弹",
  trousers: "长裤",
};

/** Shown elsewhere, or the shop's own business. */
const HIDDEN = new Set(["sizes", "salvage_fen"]);

export interface Attribute {
  name: string;
  value: string;
}

function asRecord(attributes: unknown): Record<string, unknown> {
  return typeof attributes === "object" && attributes !== null ? (attributes as Record<string, unknown>) : {};
}

/** What a merchant's import says of a product, in the words of the shop where it has them. */
export function attributesOf(attributes: unknown): Attribute[] {
  return Object.entries(asRecord(attributes)).flatMap(([key, value]) => {
    if (HIDDEN.has(key) || value === null || value === "") return [];
    const { name, unit } = NAMES[key] ?? { name: key };
    return [{ name, value: unit ? `${wordFor(value)} ${unit}` : wordFor(value) }];
  });
}

export function sizesOf(attributes: unknown): string[] {
  const { sizes } = asRecord(attributes);
  return Array.isArray(sizes) ? sizes.map(String) : [];
}

/** The cut decides which drawing is shown. */
export function garmentOf(attributes: unknown): string {
  return String(asRecord(attributes)["garment"] ?? "");
}

function wordFor(value: unknown): string {
  if (Array.isArray(value)) {
    const isRange = value.length === 2 && value.every((part) => typeof part === "number");
    return value.map(wordFor).join(isRange ? "–" : "、");
  }
  if (typeof value === "boolean") return value ? "是" : "否";
  if (typeof value === "object") {
    return Object.entries(asRecord(value))
      .map(([key, part]) => `${wordFor(key)}：${wordFor(part)}`)
      .join("；");
  }
  return VALUES[String(value)] ?? String(value);
}
