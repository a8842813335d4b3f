import type { ComponentChildren } from "preact";

function Icon({ children, name }: { children: ComponentChildren; name: string }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true">
      {children}
    </svg>
  );
}

export const CloseIcon = () => (
  <Icon name="close">
    <path d="m6 6 12 12M18 6 6 18" />
  </Icon>
);

export const SendIcon = () => (
  <Icon name="send">
    <path d="M12 19V5.5M6 11l6-6 6 6" />
  </Icon>
);

export const HeadsetIcon = () => (
  <Icon name="headset">
    <path d="M4.5 14v-2a7.5 7.5 0 0 1 15 0v2M4.5 13.5h2a1 1 0 0 1 1 1v3a1 1 0 0 1-1 1h-1a1 1 0 0 1-1-1v-4ZM19.5 13.5h-2a1 1 0 0 0-1 1v3a1 1 0 0 0 1 1h1a1 1 0 0 0 1-1v-4ZM18.5 18.5c0 1.5-1.5 2.5-4 2.5" />
  </Icon>
);

export const SparkIcon = () => (
  <Icon name="spark">
    <path d="M12 3.5c.7 4.6 3.3 7.4 8 8.5-4.7 1.1-7.3 3.9-8 8.5-.7-4.6-3.3-7.4-8-8.5 4.7-1.1 7.3-3.9 8-8.5Z" />
  </Icon>
);

export const DownIcon = () => (
  <Icon name="down">
    <path d="m6 9.5 6 6 6-6" />
  </Icon>
);

export const StarIcon = () => (
  <Icon name="star">
    <path d="m12 3.6 2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8L3.6 9.7l5.8-.8L12 3.6Z" />
  </Icon>
);

export const ClipIcon = () => (
  <Icon name="clip">
    <path d="m19.5 11.5-7.8 7.8a4.6 4.6 0 0 1-6.5-6.5l8.2-8.2a3 3 0 0 1 4.3 4.3l-8.2 8.2a1.5 1.5 0 0 1-2.1-2.1l7.2-7.2" />
  </Icon>
);

export const AlertIcon = () => (
  <Icon name="alert">
    <path d="M12 7.5v5.5M12 16.2v.3M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z" />
  </Icon>
);

export const CheckIcon = () => (
  <Icon name="check">
    <path d="m5 12.5 4.5 4.5L19 7.5" />
  </Icon>
);

export const ClockIcon = () => (
  <Icon name="clock">
    <circle cx="12" cy="12" r="8" />
    <path d="M12 7.5V12l3 2" />
  </Icon>
);
