export function garment(cut: string) {
  if (/dress|skirt/.test(cut)) return <Dress />;
  if (/trousers|pants|jeans/.test(cut)) return <Trousers />;
  if (/shirt|blouse/.test(cut) && !/t-?shirt/.test(cut)) return <Shirt />;
  if (/knit|sweater|hoodie/.test(cut)) return <Knit />;
  return <Tee />;
}

const Dress = () => (
  <>
    <path class="art-main" d="M84 42h6c2 8 18 8 20 0h6l6 34-8 22 28 66c-26 8-58 8-84 0l28-66-8-22Z" />
    <path class="art-deep" d="M86 92h28l2 8H84Z" />
    <path class="art-line" d="M92 112 82 160M108 112l10 48M100 112v52" />
  </>
);

const Trousers = () => (
  <>
    <path class="art-main" d="M74 46h52l10 120h-28l-8-72-8 72H64Z" />
    <path class="art-deep" d="M73 46h54l1 12H72Z" />
    <path class="art-line" d="M100 58v30M80 66c2 8 6 10 12 10M120 66c-2 8-6 10-12 10" />
  </>
);

const Shirt = () => (
  <>
    <path class="art-main" d="m82 48-40 20-2 68 18 2 10-44v72h64V94l10 44 18-2-2-68-40-20-18 14Z" />
    <path class="art-light" d="m82 48 18 14-12 14-12-24ZM118 48l-18 14 12 14 12-24Z" />
    <path class="art-line" d="M100 66v98M110 96h14v14h-14Z" />
    <path class="art-deep" d="M40 128h19l-1 10-18-2ZM160 128h-19l1 10 18-2Z" />
  </>
);

const Knit = () => (
  <>
    <path class="art-main" d="M80 52c8 10 32 10 40 0l34 18 8 66-20 4-10-40v66H68v-66l-10 40-20-4 8-66Z" />
    <path
      class="art-deep"
      d="M80 52c8 10 32 10 40 0l-6-6c-6 6-22 6-28 0ZM68 156h64v10H68ZM38 130l20 5-2 9-20-4ZM162 130l-20 5 2 9 20-4Z"
    />
    <path
      class="art-line"
      d="M88 76v72M100 78v72M112 76v72M82 92l6 6 6-6M82 112l6 6 6-6M82 132l6 6 6-6M106 92l6 6 6-6M106 112l6 6 6-6M106 132l6 6 6-6"
    />
  </>
);

const Tee = () => (
  <>
    <path class="art-main" d="M80 50c6 12 34 12 40 0l36 18-12 28-16-6v76H72V90l-16 6-12-28Z" />
    <path class="art-deep" d="M80 50c6 12 34 12 40 0l-7-4c-4 8-22 8-26 0Z" />
    <path class="art-line" d="M72 94v14M128 94v14" />
  </>
);
