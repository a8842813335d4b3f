export function houseThing(name: string) {
  if (/灯/.test(name)) return <Lamp />;
  if (/水壶/.test(name)) return <Kettle />;
  if (/保温杯|水杯/.test(name)) return <Flask />;
  if (/毛巾|浴巾|被|枕/.test(name)) return <Towels />;
  return <Mug />;
}

const Lamp = () => (
  <>
    <path class="art-beam" d="M64 88h72l26 76H38Z" />
    <path class="art-rod" d="M100 160V92" />
    <path class="art-main" d="M78 48h44l18 42H60Z" />
    <path class="art-deep" d="M72 158h56a6 6 0 0 1 6 8H66a6 6 0 0 1 6-8Z" />
    <path class="art-shine" d="m82 62-8 18" />
  </>
);

const Kettle = () => (
  <>
    <path class="art-handle" d="M122 76c28-6 34 20 26 52-3 10-10 14-18 14" />
    <path class="art-main" d="M72 72h56l10 82a10 10 0 0 1-10 12H72a10 10 0 0 1-10-12Z" />
    <path class="art-main" d="m74 82-22-8 16 34Z" />
    <path class="art-deep" d="M78 72c0-14 44-14 44 0ZM62 152h76l-1 8a8 8 0 0 1-8 6H71a8 8 0 0 1-8-6Z" />
    <circle class="art-deep" cx="100" cy="56" r="6" />
    <path class="art-shine" d="M80 90l-4 40" />
  </>
);

const Flask = () => (
  <>
    <rect class="art-deep" x="80" y="38" width="40" height="30" rx="8" />
    <rect class="art-light" x="78" y="66" width="44" height="8" rx="3" />
    <rect class="art-main" x="72" y="74" width="56" height="92" rx="12" />
    <path class="art-deep" d="M72 118h56v16H72Z" />
    <path class="art-shine" d="M84 88v20" />
  </>
);

const Towels = () => (
  <>
    <rect class="art-deep" x="52" y="138" width="96" height="28" rx="12" />
    <rect class="art-main" x="56" y="110" width="88" height="28" rx="12" />
    <rect class="art-light" x="60" y="82" width="80" height="28" rx="12" />
    <path class="art-line" d="M72 96h44M68 124h48M64 152h52" />
    <path class="art-main" d="M128 88c12 4 12 12 0 16" />
  </>
);

const Mug = () => (
  <>
    <path class="art-handle" d="M130 104h10a16 16 0 0 1 0 40h-12" />
    <path class="art-main" d="M62 90h72v58a18 18 0 0 1-18 18H80a18 18 0 0 1-18-18Z" />
    <path class="art-deep" d="M62 90h72v14H62Z" />
    <path class="art-steam" d="M84 78c-6-8 6-12 0-22M100 78c-6-8 6-12 0-22M116 78c-6-8 6-12 0-22" />
  </>
);
