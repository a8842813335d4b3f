import type { Context } from "@xiaoer/protocol";
import { Typography } from "antd";
import type { ReactNode } from "react";
import { FileTextOutlined, GlobalOutlined, ShoppingOutlined, SkinOutlined } from "../looks/icons.tsx";
import { useWords } from "../words/language.tsx";
import styles from "./buyer-pane.module.css";

/** Where in the shop the buyer is. The buyer's page says so: text to read, never a link to follow. */
export function PageContext({ context }: { context: Context }) {
  const words = useWords();
  const places: [ReactNode, string, string | undefined][] = [
    [<ShoppingOutlined key="sku" />, words.buyer.sku, context.sku],
    [<FileTextOutlined key="order" />, words.buyer.order, context.order_id],
    [<GlobalOutlined key="page" />, words.buyer.page, context.page],
    [<SkinOutlined key="quiz" />, words.buyer.quiz, context.quiz],
  ];
  const known = places.filter(([, , value]) => value);
  if (known.length === 0) return <p className={styles.none}>{words.buyer.noContext}</p>;
  return (
    <>
      <ul className={styles.places}>
        {known.map(([icon, label, value]) => (
          <li key={label}>
            {icon}
            <span>{label}</span>
            <Typography.Text copyable ellipsis={{ tooltip: value }}>
              {value}
            </Typography.Text>
          </li>
        ))}
      </ul>
      <small className={styles.none}>{words.buyer.contextHint}</small>
    </>
  );
}
