import type { Context } from "@xiaoer/protocol";

/** What the loader tells the app in its frame. */
export type ToApp =
  | { xiaoer: "start"; context: Context; identity?: string; locale?: string; color?: string; open: boolean }
  | { xiaoer: "shown"; shown: boolean }
  | { xiaoer: "context"; context: Context }
  | { xiaoer: "identify"; identity: string }
  | { xiaoer: "ask"; text: string };

/** What the app tells the loader. */
export type ToLoader = { xiaoer: "ready" } | { xiaoer: "close" } | { xiaoer: "unread"; count: number };
