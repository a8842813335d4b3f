export { type Alarm, alarmOf, numbersIn } from "./alarm.ts";
export { BuyerSocket, type BuyerSocketOptions } from "./buyer-socket.ts";
export { DeskSocket, type DeskSocketOptions } from "./desk-socket.ts";
export type { Pending } from "./pending.ts";
export { comesBack, type Standing, SUBPROTOCOL } from "./socket.ts";
export {
  awaitsAnswer,
  type Entry,
  emptyScreen,
  type Happening,
  reduce,
  type Screen,
  type Streaming,
  unread,
} from "./state.ts";
export { freshId, socketUrl } from "./surroundings.ts";
export type * from "./types.ts";
