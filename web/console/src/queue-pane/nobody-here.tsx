import { Empty } from "antd";
import styles from "./queue-pane.module.css";

export function NobodyHere({ title, hint }: { title: string; hint?: string }) {
  return (
    <li className={styles.empty}>
      <Empty
        image={Empty.PRESENTED_IMAGE_SIMPLE}
        description={
          <>
            <div>{title}</div>
            {hint && <small>{hint}</small>}
          </>
        }
      />
    </li>
  );
}
