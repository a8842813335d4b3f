export function freshThing(name: string) {
  if (/苹果|梨/.test(name)) return <Apple />;
  if (/芒/.test(name)) return <Mango />;
  if (/莓|葡萄/.test(name)) return <Berries />;
  if (/牛|肉|排|鱼|虾/.test(name)) return <Steak />;
  return <Cherries />;
}

const Apple = () => (
  <>
    <path
      class="art-red"
      d="M100 88c10-12 48-12 48 24 0 30-22 54-36 54-5 0-8-3-12-3s-7 3-12 3c-14 0-36-24-36-54 0-36 38-36 48-24Z"
    />
    <path class="art-twig" d="M100 88c0-14 2-24 10-34" />
    <path class="art-leaf" d="M108 64c8-16 24-20 38-14-6 16-22 22-38 14Z" />
    <path class="art-shine" d="M66 112c0-10 6-16 14-18" />
  </>
);

const Mango = () => (
  <>
    <path class="art-gold" d="M70 84c30-28 74-4 76 34 1 32-30 50-56 48-30-2-44-22-42-42 1-16 10-28 22-40Z" />
    <path class="art-blush" d="M112 76c22 6 34 24 34 44 0 26-22 42-44 46 26-20 34-60 10-90Z" />
    <path class="art-twig" d="M82 76c-2-8-2-14 2-22" />
    <path class="art-leaf" d="M84 56c14-14 34-14 46-2-14 14-32 14-46 2Z" />
    <path class="art-shine" d="M62 120c0-10 4-18 12-24" />
  </>
);

const Berries = () => (
  <>
    <path
      class="art-leaf"
      d="M92 84c-14-20-36-20-48-10 12 18 32 22 48 10ZM108 82c8-20 30-26 46-18-8 18-28 26-46 18Z"
    />
    <g class="art-blue">
      <circle cx="72" cy="140" r="26" />
      <circle cx="128" cy="140" r="26" />
      <circle cx="100" cy="104" r="26" />
    </g>
    <path
      class="art-star"
      d="m100 94 3 6 7 1-5 5 1 7-6-3-6 3 1-7-5-5 7-1ZM72 130l3 6 7 1-5 5 1 7-6-3-6 3 1-7-5-5 7-1ZM128 130l3 6 7 1-5 5 1 7-6-3-6 3 1-7-5-5 7-1Z"
    />
  </>
);

const Steak = () => (
  <>
    <path
      class="art-light"
      d="M40 116c-2-34 30-62 66-58 32 4 58 24 54 58-4 26-28 20-44 32-14 10-26 20-46 16-18-4-28-26-30-48Z"
    />
    <path
      class="art-red"
      d="M50 116c-2-28 26-50 56-47 27 3 47 20 44 46-3 18-24 16-40 26-13 9-22 17-38 14-13-3-20-20-22-39Z"
    />
    <path class="art-marble" d="M72 104c8-12 20-8 28-16M80 132c10-2 14-12 26-12M118 92c6 6 14 4 18 12" />
    <circle class="art-light" cx="76" cy="122" r="7" />
  </>
);

const Cherries = () => (
  <>
    <path class="art-twig" d="M84 122c2-34 12-56 34-70M126 128c0-32-2-56-8-76" />
    <path class="art-leaf" d="M118 52c10-16 28-18 42-12-8 16-26 20-42 12Z" />
    <circle class="art-red" cx="80" cy="140" r="26" />
    <circle class="art-red" cx="128" cy="142" r="25" />
    <path class="art-shine" d="M66 134a16 16 0 0 1 10-10M114 136a15 15 0 0 1 9-9" />
  </>
);
