const NAMES: Record<string, string> = {
  age_months: "适用月龄",
  brand: "品牌",
  color: "颜色",
  fabric: "面料",
  fit: "版型",
  flavor: "口味",
  garment: "款式",
  gender: "适用",
  length: "长度",
  material: "材质",
  origin: "产地",
  power: "供电",
  season: "季节",
  shelf_life_days: "保质期（天）",
  skin_type: "适用肤质",
  species: "适用宠物",
  spf: "防晒指数",
  stage: "段位",
  storage: "储存",
  stretch: "弹力",
  volume_ml: "容量（毫升）",
  weight_g: "净重（克）",
};

const VALUES: Record<string, string> = {
  none: "无弹力",
  low: "微弹",
  medium: "中弹",
  high: "高弹",
  dress: "连衣裙",
  tee: "T 恤",
  tshirt: "T 恤",
  shirt: "衬衫",
  pants: "长裤",
  jeans: "牛仔裤",
  skirt: "半裙",
  coat: "外套",
  jacket: "夹克",
  sweater: "毛衣",
  regular: "常规",
  slim: "修身",
  loose: "宽松",
  oversize: "廓形",
  cat: "猫",
  dog: "狗",
  women: "女士",
  men: "男士",
};

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
    if (key === "sizes" || value === null || value === "") return [];
    return [{ name: NAMES[key] ?? key, value: wordFor(value) }];
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
  if (Array.isArray(value)) return value.map(wordFor).join("、");
  if (typeof value === "boolean") return value ? "是" : "否";
  if (typeof value === "object") return JSON.stringify(value);
  return VALUES[String(value)] ?? String(value);
}
