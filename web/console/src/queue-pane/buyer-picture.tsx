import { Avatar, Badge } from "antd";
import { initialOf } from "../frame/initial.ts";
import { CrownFilled, UserOutlined } from "../looks/icons.tsx";
import styles from "./queue-pane.module.css";

export function BuyerPicture(props: { name: string | null; level: number; unseen?: boolean; size?: number }) {
  const { name, level, unseen = false, size = 40 } = props;
  return (
    <Badge dot={unseen} offset={[-4, 4]} className={styles.picture}>
      <Avatar size={size} className={level > 0 ? styles.vipPicture : styles.plainPicture}>
        {name ? initialOf(name) : <UserOutlined />}
      </Avatar>
      {level > 0 && <CrownFilled className={styles.crown} />}
    </Badge>
  );
}
