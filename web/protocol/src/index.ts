export { BuyerSocket, type BuyerSocketOptions } from "./buyer-socket.ts";
export { DeskSocket, type DeskSocketOptions } from "./desk-socket.ts";
export { type Standing, SUBPROTOCOL } from "./socket.ts";
export {
  awaitsAnswer,
  type Entry,
  emptyScreen,
  type Happening,
  type Pending,
  reduce,
  type Screen,
  type Streaming,
  unread,
} from "./state.ts";
export { freshId, socketUrl } from "./surroundings.ts";
export type * from "./types.ts";
