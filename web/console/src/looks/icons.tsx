import * as drawn from "@ant-design/icons";
import type { ComponentProps, ComponentType } from "react";

type Drawn = ComponentType<ComponentProps<typeof drawn.UpOutlined>>;

/**
 * The console's icons. Each stands beside words or in a button that has a name, so none is read out: by themselves they
 * would say "user-add" and "up".
 */
function silent(Icon: Drawn): Drawn {
  return (props) => <Icon {...props} aria-hidden aria-label={undefined} role="presentation" />;
}

export const ArrowLeftOutlined = silent(drawn.ArrowLeftOutlined);
export const ClockCircleOutlined = silent(drawn.ClockCircleOutlined);
export const CrownFilled = silent(drawn.CrownFilled);
export const DownOutlined = silent(drawn.DownOutlined);
export const EllipsisOutlined = silent(drawn.EllipsisOutlined);
export const ExclamationCircleFilled = silent(drawn.ExclamationCircleFilled);
export const FileSearchOutlined = silent(drawn.FileSearchOutlined);
export const FileTextOutlined = silent(drawn.FileTextOutlined);
export const FlagOutlined = silent(drawn.FlagOutlined);
export const GlobalOutlined = silent(drawn.GlobalOutlined);
export const LinkOutlined = silent(drawn.LinkOutlined);
export const LockOutlined = silent(drawn.LockOutlined);
export const LogoutOutlined = silent(drawn.LogoutOutlined);
export const MoonOutlined = silent(drawn.MoonOutlined);
export const MutedOutlined = silent(drawn.MutedOutlined);
export const PaperClipOutlined = silent(drawn.PaperClipOutlined);
export const PoweroffOutlined = silent(drawn.PoweroffOutlined);
export const ProfileOutlined = silent(drawn.ProfileOutlined);
export const QuestionCircleOutlined = silent(drawn.QuestionCircleOutlined);
export const ReloadOutlined = silent(drawn.ReloadOutlined);
export const RobotOutlined = silent(drawn.RobotOutlined);
export const SendOutlined = silent(drawn.SendOutlined);
export const ShoppingOutlined = silent(drawn.ShoppingOutlined);
export const SkinOutlined = silent(drawn.SkinOutlined);
export const SolutionOutlined = silent(drawn.SolutionOutlined);
export const SoundOutlined = silent(drawn.SoundOutlined);
export const SunOutlined = silent(drawn.SunOutlined);
export const SwapOutlined = silent(drawn.SwapOutlined);
export const ToolOutlined = silent(drawn.ToolOutlined);
export const UpOutlined = silent(drawn.UpOutlined);
export const UserAddOutlined = silent(drawn.UserAddOutlined);
export const UserOutlined = silent(drawn.UserOutlined);
