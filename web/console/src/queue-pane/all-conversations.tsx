import { Button, Select, Spin } from "antd";
import { useEffect, useState } from "react";
import { ReloadOutlined } from "../looks/icons.tsx";
import { useWords } from "../words/language.tsx";
import { NobodyHere } from "./nobody-here.tsx";
import styles from "./queue-pane.module.css";
import { type StateFilter, useSummaries } from "./summaries.ts";
import { SummaryRow } from "./summary-row.tsx";

const FILTERS: StateFilter[] = ["all", "assistant", "queued", "human", "closed"];

/** Every conversation of the store, also those that the assistant handles or that are over. */
export function AllConversations({ onListed }: { onListed(conversations: readonly string[]): void }) {
  const words = useWords();
  const [filter, setFilter] = useState<StateFilter>("all");
  const { items, next, loading, failed, refresh, more } = useSummaries(filter);

  useEffect(() => onListed(items.map((item) => item.id)), [items, onListed]);

  return (
    <>
      <div className={styles.filter}>
        <Select<StateFilter>
          value={filter}
          onChange={setFilter}
          options={FILTERS.map((value) => ({ value, label: words.queue.filter[value] }))}
          variant="filled"
          className={styles.select}
          aria-label={words.buyer.state}
        />
        <Button
          type="text"
          icon={<ReloadOutlined spin={loading} />}
          onClick={refresh}
          aria-label={words.queue.refresh}
          title={words.queue.refresh}
        />
      </div>
      <ul className={styles.list} data-testid="rows-all">
        {items.map((item) => (
          <SummaryRow key={item.id} item={item} />
        ))}
        {loading && items.length === 0 && (
          <li className={styles.empty}>
            <Spin />
          </li>
        )}
        {failed && (
          <li className={styles.empty}>
            <p>{words.queue.failed}</p>
            <Button onClick={refresh}>{words.queue.retry}</Button>
          </li>
        )}
        {!loading && !failed && items.length === 0 && <NobodyHere title={words.queue.emptyAll} />}
        {next && (
          <li className={styles.more}>
            <Button type="link" onClick={more} loading={loading}>
              {words.queue.more}
            </Button>
          </li>
        )}
      </ul>
    </>
  );
}
