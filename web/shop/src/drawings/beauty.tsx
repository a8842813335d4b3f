export function beautyThing(name: string) {
  if (/霜|面膜|膏/.test(name)) return <Jar />;
  if (/洁面|乳|防晒/.test(name)) return <Tube />;
  if (/水/.test(name)) return <Bottle />;
  return <Dropper />;
}

const Jar = () => (
  <>
    <rect class="art-deep" x="58" y="84" width="84" height="28" rx="7" />
    <path class="art-main" d="M54 114h92v38a14 14 0 0 1-14 14H68a14 14 0 0 1-14-14Z" />
    <rect class="art-light" x="76" y="126" width="48" height="24" rx="4" />
    <path class="art-line" d="M84 134h32M84 142h18" />
    <path class="art-shine" d="M66 92h30" />
  </>
);

const Tube = () => (
  <>
    <path class="art-main" d="M66 40h68l-8 104H74Z" />
    <path class="art-deep" d="M66 40h68l-1 12H67ZM78 144h44v16a6 6 0 0 1-6 6H84a6 6 0 0 1-6-6Z" />
    <rect class="art-light" x="82" y="78" width="36" height="40" rx="4" />
    <path class="art-line" d="M90 90h20M90 98h20M90 106h12" />
  </>
);

const Bottle = () => (
  <>
    <rect class="art-deep" x="86" y="40" width="28" height="24" rx="5" />
    <path
      class="art-main"
      d="M84 64h32c2 10 14 14 14 28v62a12 12 0 0 1-12 12H82a12 12 0 0 1-12-12V92c0-14 12-18 14-28Z"
    />
    <rect class="art-light" x="80" y="104" width="40" height="36" rx="4" />
    <path class="art-line" d="M88 116h24M88 124h16" />
    <path class="art-shine" d="M80 94v4" />
  </>
);

const Dropper = () => (
  <>
    <rect class="art-deep" x="90" y="38" width="20" height="28" rx="8" />
    <rect class="art-deep" x="82" y="62" width="36" height="14" rx="4" />
    <rect class="art-main" x="70" y="78" width="60" height="88" rx="14" />
    <rect class="art-light" x="80" y="104" width="40" height="38" rx="4" />
    <path class="art-line" d="M88 116h24M88 124h16M88 132h20" />
  </>
);
