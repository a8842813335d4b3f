import type { ConversationSummary, Page, State } from "@xiaoer/protocol";
import { useCallback, useEffect, useState } from "react";
import { useDeskState, useRoom } from "../desk/desk-room.tsx";
import { ask } from "../session/session.ts";

export type StateFilter = "all" | State;

/** What the assistant does is not told on the desk socket, so the list is asked for now and then. */
const REFRESH_EVERY_MS = 20_000;

interface Listed {
  filter: StateFilter;
  items: readonly ConversationSummary[];
  next?: string;
}

export function useSummaries(filter: StateFilter) {
  const { session } = useRoom();
  const queue = useDeskState((state) => state.waitings);
  const [held, setHeld] = useState<Listed>({ filter, items: [] });
  const [loading, setLoading] = useState(true);
  const [failed, setFailed] = useState(false);

  const load = useCallback(
    async (after?: string, stop?: AbortSignal) => {
      setLoading(true);
      try {
        const page = await ask<Page<ConversationSummary>>(address(session.store, filter, after), {
          signal: stop,
        });
        setHeld((before) => merge(before, filter, page, after !== undefined));
        setFailed(false);
      } catch {
        if (stop?.aborted) return;
        setFailed(true);
      }
      setLoading(false);
    },
    [session.store, filter],
  );

  // A change of the queue means that a conversation has changed hands, and is the reason to ask anew.
  const hands = Object.values(queue)
    .map((item) => `${item.conversation}${item.state}${item.seq}`)
    .join();
  useEffect(() => {
    const stop = new AbortController();
    void load(undefined, stop.signal);
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void load(undefined, stop.signal);
    }, REFRESH_EVERY_MS);
    return () => {
      stop.abort();
      clearInterval(timer);
    };
  }, [load, hands]);

  const current = held.filter === filter;
  return {
    items: current ? held.items : NONE,
    next: current ? held.next : undefined,
    loading,
    failed,
    refresh: () => void load(),
    more: () => void load(held.next),
  };
}

const NONE: readonly ConversationSummary[] = [];

/** A first page read anew renews the beginning of a list whose later pages stay where they are. */
export function merge(
  before: Listed,
  filter: StateFilter,
  page: Page<ConversationSummary>,
  isMore: boolean,
): Listed {
  if (before.filter !== filter) return { filter, ...page };
  const fresh = new Set(page.items.map((item) => item.id));
  const rest = before.items.filter((item) => !fresh.has(item.id));
  if (isMore) return { filter, items: [...rest, ...page.items], next: page.next };
  const pages = before.items.length > page.items.length && page.next !== undefined;
  return pages ? { filter, items: [...page.items, ...rest], next: before.next } : { filter, ...page };
}

function address(store: string, filter: StateFilter, after?: string): string {
  const query = new URLSearchParams();
  if (filter !== "all") query.set("state", filter);
  if (after) query.set("after", after);
  return `/v1/stores/${encodeURIComponent(store)}/conversations?${query}`;
}
