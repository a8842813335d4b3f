export function babyThing(name: string) {
  if (/奶粉|米粉/.test(name)) return <Tin />;
  if (/尿裤|尿布|拉拉裤/.test(name)) return <Nappy />;
  if (/洗|液|霜/.test(name)) return <Jug />;
  return <Feeder />;
}

const Tin = () => (
  <>
    <path class="art-main" d="M62 66h76v90c0 6-17 10-38 10s-38-4-38-10Z" />
    <path class="art-deep" d="M58 50c0-6 19-10 42-10s42 4 42 10v14c0 6-19 10-42 10s-42-4-42-10Z" />
    <path class="art-light" d="M100 92c18 0 28 12 28 26s-10 26-28 26-28-12-28-26 10-26 28-26Z" />
    <g class="art-deep">
      <circle cx="90" cy="114" r="3.5" />
      <circle cx="110" cy="114" r="3.5" />
    </g>
    <path class="art-line" d="M90 125c5 7 15 7 20 0" />
  </>
);

const Nappy = () => (
  <>
    <path class="art-light" d="M42 84h116v34c-26 4-36 20-38 44H80c-2-24-12-40-38-44Z" />
    <path class="art-main" d="M42 84h116v16H42Z" />
    <path class="art-deep" d="M42 84h24v16H42ZM134 84h24v16h-24Z" />
    <path class="art-line" d="M84 128c6 6 26 6 32 0M70 112c14 10 18 26 18 46M130 112c-14 10-18 26-18 46" />
  </>
);

const Jug = () => (
  <>
    <rect class="art-deep" x="76" y="42" width="30" height="20" rx="5" />
    <path class="art-main" d="M72 62h42l22 26v66a12 12 0 0 1-12 12H74a12 12 0 0 1-12-12V76Z" />
    <path class="art-wall" d="M116 84h8a4 4 0 0 1 4 4v30a8 8 0 0 1-12 0Z" />
    <path class="art-light" d="M72 104h34v42H72Z" />
    <path class="art-line" d="M80 118c6-8 12 8 18 0M80 130c6-8 12 8 18 0" />
  </>
);

const Feeder = () => (
  <>
    <path class="art-deep" d="M92 52c0-8 3-14 8-14s8 6 8 14v10H92Z" />
    <rect class="art-deep" x="80" y="60" width="40" height="14" rx="5" />
    <path class="art-light" d="M78 74h44l6 16v64a12 12 0 0 1-12 12H84a12 12 0 0 1-12-12V90Z" />
    <path class="art-main" d="M72 112h56v42a12 12 0 0 1-12 12H84a12 12 0 0 1-12-12Z" />
    <path class="art-line" d="M112 96h10M116 108h6M112 120h10M116 132h6M112 144h10" />
  </>
);
