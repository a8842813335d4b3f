export function petThing(name: string) {
  if (/猫砂/.test(name)) return <Litter />;
  if (/粮/.test(name)) return <Bag ears={/猫/.test(name) ? "cat" : "dog"} />;
  return <Bowl />;
}

const Paw = () => (
  <g class="art-deep">
    <ellipse cx="100" cy="136" rx="10" ry="8" />
    <circle cx="86" cy="126" r="4.5" />
    <circle cx="95" cy="120" r="4.5" />
    <circle cx="105" cy="120" r="4.5" />
    <circle cx="114" cy="126" r="4.5" />
  </g>
);

function Bag({ ears }: { ears: "cat" | "dog" }) {
  return (
    <>
      <path class="art-main" d="M62 52h76l6 108a6 6 0 0 1-6 6H62a6 6 0 0 1-6-6Z" />
      <path class="art-deep" d="m62 52 4-12h68l4 12Z" />
      <circle class="art-light" cx="100" cy="112" r="32" />
      <path
        class="art-deep"
        d={
          ears === "cat"
            ? "m80 104 2-20 12 10h12l12-10 2 20Z"
            : "M78 92c8-8 14-4 16 2h12c2-6 8-10 16-2 2 8-2 16-8 16H86c-6 0-10-8-8-16Z"
        }
      />
      <path class="art-deep" d="M80 102h40v6c0 14-10 22-20 22s-20-8-20-22Z" />
      <g class="art-light">
        <circle cx="92" cy="108" r="3" />
        <circle cx="108" cy="108" r="3" />
        <ellipse cx="100" cy="118" rx="5" ry="3.5" />
      </g>
    </>
  );
}

const Litter = () => (
  <>
    <path class="art-main" d="M54 64h92v94a8 8 0 0 1-8 8H62a8 8 0 0 1-8-8Z" />
    <path class="art-deep" d="M54 64c0-14 20-22 46-22s46 8 46 22Z" />
    <path class="art-light" d="M66 96h68v58H66Z" />
    <Paw />
  </>
);

const Bowl = () => (
  <>
    <path class="art-main" d="M52 124h96l10 36a6 6 0 0 1-6 6H48a6 6 0 0 1-6-6Z" />
    <path class="art-deep" d="M56 124c4-20 20-30 44-30s40 10 44 30Z" />
    <ellipse class="art-light" cx="100" cy="146" rx="20" ry="10" />
  </>
);
