// Generated from src/protocol/*.rs by ts-rs; to renew it: UPDATE=1 cargo test typescript

/**
 * A merchant's shop; chosen by whoever creates it (`[a-z0-9-]{1,40}`).
 */
export type StoreId = string;

/**
 * A shopper of one store: the merchant's own id for a signed identity, ours for an anonymous visitor.
 */
export type BuyerId = string;

/**
 * A person who works for a store.
 */
export type AgentId = string;

/**
 * One conversation of one buyer with one store.
 */
export type ConversationId = string;

/**
 * One answer owed to a buyer.
 */
export type TurnId = string;

/**
 * An error, the same on every channel.
 */
export type Problem = {
/**
 * What happened, for programs: `not_found`, `invalid`, `retry_later` …
 */
code: string,
/**
 * What happened and what to do, for people.
 */
message: string,
/**
 * The client's own id of the frame that failed.
 */
id?: string,
/**
 * The field that is wrong.
 */
field?: string,
/**
 * The line of an imported file, counted from 1.
 */
line?: number,
/**
 * How long to wait before trying again, in milliseconds.
 */
retry_after_ms?: number, };

/**
 * Who has the conversation.
 */
export type State = "assistant" | "queued" | "human" | "closed";

/**
 * Who wrote an entry.
 */
export type Author = { kind: AuthorKind, id?: string, name?: string, };

export type AuthorKind = "buyer" | "assistant" | "agent" | "system";

/**
 * Where the words of a message came from; scoring tells them apart.
 */
export type Origin = "human" | "human_sent_ai_draft" | "ai_auto" | "auto_greeting" | "system";

/**
 * Why a conversation went to a person.
 */
export type HandoffReason = "human_requested" | "safety_allergy" | "safety_infant" | "safety_pet" | "low_confidence" | "no_evidence" | "over_authority" | "identity_failed" | "repeat_failure" | "angry" | "assistant_unavailable" | "policy";

/**
 * What a buyer may see, by `kind`.
 */
export type PublicBody = { "kind": "message", "body": Message } | { "kind": "handoff", "body": Handoff } | { "kind": "joined", "body": Record<symbol, never> } | { "kind": "returned", "body": Record<symbol, never> } | { "kind": "closed", "body": Record<symbol, never> } | { "kind": "rated", "body": Rated } | { "kind": "offer", "body": OfferMade } | { "kind": "offer_answered", "body": OfferAnswered };

/**
 * What only the desk may see, by `kind`.
 */
export type DeskBody = { "kind": "note", "body": Note } | { "kind": "tool", "body": Tool } | { "kind": "brief", "body": Brief } | { "kind": "transfer", "body": Transfer } | { "kind": "flag", "body": Flag } | { "kind": "draft", "body": Draft };

export type Message = { text: string, origin: Origin,
/**
 * The turn that this message answers; its deltas carried the same one.
 */
turn?: TurnId, cards?: Array<Card>, attachments?: Array<Attachment>,
/**
 * Ids of the records that the words rest on.
 */
evidence?: Array<string>,
/**
 * The choice of an earlier card that this message is.
 */
chose?: Chose,
/**
 * Where the card stands that this message speaks of.
 */
settles?: Settled, };

/**
 * Something to press or to look at, below a message.
 */
export type Card = { id: string,
/**
 * `quick_replies`, `offer`, `confirm`, `size`, `verdict`, `consent`.
 */
kind: string, title?: string,
/**
 * A sentence below the title.
 */
text?: string,
/**
 * What exactly would be done, in plain words.
 */
rows?: Array<CardRow>, choices: Array<Choice>,
/**
 * An answer counts until then, in milliseconds since 1970.
 */
expires_at?: number,
/**
 * What an offer is about.
 */
offer?: OfferedFor,
/**
 * Sizes side by side.
 */
size?: SizeTable, };

export type CardRow = { label: string, value: string, };

export type Choice = { id: string, label: string, };

/**
 * The choice of an earlier card that a message is.
 */
export type Chose = { card: string, choice: string, };

/**
 * Where a card stands that something depends on. Told with the message that says it in words.
 */
export type Settled = { card: string, state: CardState, };

export type CardState = "open" | "agreed" | "done" | "failed" | "unknown" | "declined" | "expired" | "superseded" | "passed_on" | "accepted" | "returned";

export type OfferedFor = { order_id: string,
/**
 * Absent where it is about the order as a whole.
 */
sku?: string,
/**
 * What the buyer would get and keep the goods.
 */
amount_fen?: number, };

/**
 * A remedy was offered.
 */
export type OfferMade = {
/**
 * The card that answers it has the same id.
 */
offer: string, choices: Array<Choice>, expires_at?: number, order_id: string,
/**
 * Absent where it is about the order as a whole.
 */
sku?: string,
/**
 * What the buyer would get and keep the goods.
 */
amount_fen?: number, };

/**
 * A buyer answered an offer.
 */
export type OfferAnswered = { offer: string, choice: string,
/**
 * `accepted`, `returned` or `declined`.
 */
state: CardState, order_id: string,
/**
 * Absent where it is about the order as a whole.
 */
sku?: string,
/**
 * What the buyer would get and keep the goods.
 */
amount_fen?: number, };

/**
 * A garment's sizes beside each other, as they would sit on one body.
 */
export type SizeTable = { sku: string, name: string,
/**
 * Whose body, in the buyer's words: `160 cm · 48 kg`.
 */
body: string,
/**
 * From the smallest on; the advised one and its neighbours.
 */
sizes: Array<SizeColumn>,
/**
 * How many records of people built alike stand behind it, and how many of them are buyers'.
 */
records: number, records_of_buyers: number,
/**
 * One to three of them.
 */
shown?: Array<string>,
/**
 * Ids of what it rests on.
 */
evidence?: Array<string>,
/**
 * What is only estimated, in words.
 */
note?: string, };

export type SizeColumn = { size: string, advised?: boolean,
/**
 * How it sits as a whole, in words.
 */
look: string,
/**
 * The chance that it is too small, fits, is too large: 0 to 1, 1 in all.
 */
p_small: number, p_fit: number, p_large: number, zones: Array<SizeZone>,
/**
 * Records of people built alike in this size.
 */
records: number, };

export type SizeZone = { zone: string,
/**
 * Garment less body.
 */
ease_cm: number,
/**
 * In words; absent where the chart alone says nothing of it.
 */
look?: string, };

export type Attachment = { id: string, media_type: string, name?: string, };

export type Handoff = { reason: HandoffReason,
/**
 * 1 is next.
 */
queue_position?: number, eta_s?: number,
/**
 * When people are next on duty, outside service hours (milliseconds).
 */
opens_at?: number, };

export type Rated = {
/**
 * 1 to 5.
 */
stars: number, comment?: string, };

export type Note = { text: string, };

export type Tool = { name: string, arguments: unknown, result: unknown, ms: number, };

/**
 * What an agent gets at a hand-over, so that nothing is asked twice.
 */
export type Brief = { who: string, wants: string, slots: Array<string>, tried: Array<string>, evidence: Array<string>, promises: Array<string>, mood: string, risk: string, first_sentence: string, };

export type Transfer = { to_agent?: string, to_skill?: string, reason: string, };

export type Flag = {
/**
 * `safety`, `claim`, `injection`, `repeat`, `reask`, `unanswerable`.
 */
kind: string, level?: string, text?: string, };

export type Draft = { text: string, turn: TurnId, };

/**
 * What a buyer's client says, by `type`.
 */
export type BuyerSays = { "type": "hello" } & Hello | { "type": "send" } & Send | { "type": "choose" } & Choose | { "type": "typing", } | { "type": "read" } & Read | { "type": "human" } & Human | { "type": "rate" } & Rate | { "type": "ping", };

export type Hello = { store: StoreId, token: string,
/**
 * With `after` and `epoch`: carry on where this client stopped reading.
 */
conversation?: ConversationId, after?: number, epoch?: string,
/**
 * BCP 47, e.g. `zh-CN`, `zh-TW`, `en`.
 */
locale?: string, context?: Context, };

/**
 * Where in the shop the buyer is. The buyer's side wrote it, so it is a hint and never a proof.
 */
export type Context = { sku?: string, order_id?: string, page?: string, quiz?: string, };

export type Send = {
/**
 * The client's own id, at most 64 characters, unique in the conversation.
 */
id: string,
/**
 * 1 to 4,000 characters.
 */
text: string, attachments?: Array<Attachment>, };

/**
 * An answer to a card.
 */
export type Choose = { id: string, card: string, choice: string, };

export type Read = { seq: number, };

/**
 * The buyer wants a person.
 */
export type Human = { id: string, };

export type Rate = { id: string,
/**
 * 1 to 5.
 */
stars: number, comment?: string, };

/**
 * What the server tells a buyer's client, by `type`.
 */
export type TellBuyer = { "type": "welcome" } & Welcome | { "type": "ack" } & Ack | { "type": "event" } & BuyerEvent | { "type": "delta" } & Delta | { "type": "typing", author: Author, } | { "type": "read", by: AuthorKind, seq: number, } | { "type": "queue" } & QueuePlace | { "type": "pong",
/**
 * The number of the newest event that this reader may see: one who holds less has missed something.
 */
seq: number, } | { "type": "going_away", reconnect_after_ms: number, } | { "type": "error" } & Problem;

export type Welcome = { conversation: ConversationId, buyer: BuyerId,
/**
 * Changes only when the log was restored from a backup.
 */
epoch: string,
/**
 * The newest event that this reader may see.
 */
seq: number, state: State,
/**
 * Whether the events that follow begin after the client's `after`; if not, they begin at 1.
 */
resumed: boolean,
/**
 * The store's name, for the page's head.
 */
store_name: string, };

export type Ack = { id: string, seq: number, at: number, duplicate?: boolean, };

/**
 * A stored entry as a buyer sees it.
 */
export type BuyerEvent = { seq: number,
/**
 * The entry before it that this reader may see; 0 at the beginning.
 */
prev: number, at: number, author: Author, } & ({ "kind": "message", "body": Message } | { "kind": "handoff", "body": Handoff } | { "kind": "joined", "body": Record<symbol, never> } | { "kind": "returned", "body": Record<symbol, never> } | { "kind": "closed", "body": Record<symbol, never> } | { "kind": "rated", "body": Rated } | { "kind": "offer", "body": OfferMade } | { "kind": "offer_answered", "body": OfferAnswered });

/**
 * A piece of a reply as it is written.
 */
export type Delta = { turn: TurnId,
/**
 * 0, 1, 2 … for this turn on this connection.
 */
index: number, text: string, };

export type QueuePlace = {
/**
 * 1 is next.
 */
position: number, eta_s: number | null, };

/**
 * What a desk client says, by `type`. Each may carry an `id`, acknowledged once stored; `send` must.
 */
export type DeskSays = { "type": "hello" } & DeskHello | { "type": "status" } & SetStatus | { "type": "watch" } & Watch | { "type": "unwatch" } & About | { "type": "claim" } & About | { "type": "send" } & DeskSend | { "type": "note" } & NoteText | { "type": "typing" } & About | { "type": "read" } & DeskRead | { "type": "return" } & About | { "type": "transfer" } & TransferTo | { "type": "close" } & About | { "type": "ping", };

/**
 * First frame of a program; a browser brings its session cookie instead.
 */
export type DeskHello = {
/**
 * An API token of scope `desk`. Absent where the cookie already says who this is.
 */
token?: string,
/**
 * The email of the person on whose behalf the program acts.
 */
as?: string, };

export type Presence = "available" | "away" | "offline";

export type SetStatus = { status: Presence, id?: string, };

export type Watch = { conversation: ConversationId, after?: number, id?: string, };

export type About = { conversation: ConversationId, id?: string, };

export type DeskSend = { conversation: ConversationId, id: string, text: string,
/**
 * The turn whose draft these words are, if they are one.
 */
draft?: TurnId, };

export type NoteText = { conversation: ConversationId, text: string, id?: string, };

export type DeskRead = { conversation: ConversationId, seq: number, };

/**
 * Exactly one of `to_agent` (an email or id) and `to_skill`.
 */
export type TransferTo = { conversation: ConversationId, to_agent?: string, to_skill?: string, reason: string, id?: string, };

/**
 * What the server tells a desk client, by `type`.
 */
export type TellDesk = { "type": "welcome" } & DeskWelcome | { "type": "queue" } & Queue | { "type": "people", people: Array<Person>, } | { "type": "assigned" } & Assigned | { "type": "watched" } & Watched | { "type": "event" } & DeskEvent | { "type": "delta" } & DeskDelta | { "type": "typing", conversation: ConversationId, author: Author, } | { "type": "read", conversation: ConversationId, by: AuthorKind, seq: number, } | { "type": "warning", conversation: ConversationId, seconds_left: number, } | { "type": "ack" } & DeskAck | { "type": "pong", } | { "type": "going_away", reconnect_after_ms: number, } | { "type": "error" } & Problem;

export type DeskWelcome = { agent: AgentId, name: string, email: string, role: Role, store: StoreId, store_name: string, epoch: string,
/**
 * The server's time, so that clocks on the screen agree with it.
 */
now: number, };

export type Role = "owner" | "supervisor" | "agent";

export type Queue = { snapshot: boolean, items: Array<QueueItem>, removed: Array<ConversationId>, };

/**
 * A conversation that is with people: waiting for one, or with one.
 */
export type QueueItem = { conversation: ConversationId, buyer: BuyerId, buyer_name: string | null, vip_level: number, state: State, agent: AgentId | null, reason: HandoffReason | null, skill: string | null,
/**
 * The larger is taken first, and of two alike whoever waits longer. Tens: 3 for a red flag of level E0, 2 for E1, 1
 * for another matter of safety; ones: the buyer's VIP level.
 */
priority: number,
/**
 * Since when it waits for a person to take it.
 */
queued_at: number | null,
/**
 * When the buyer wrote the first message that nobody has answered.
 */
waiting_since: number | null,
/**
 * To the 3-minute mark; negative after it; absent while nothing is unanswered.
 */
seconds_left: number | null,
/**
 * The buyer's last words, cut to 80 characters.
 */
last_text: string, last_at: number, seq: number, };

export type Person = { agent: AgentId, name: string, email: string, role: Role, status: Presence, skills: Array<Skill>,
/**
 * How many conversations the person has now.
 */
load: number, };

export type Skill = { name: string,
/**
 * 1 to 5.
 */
level: number, };

export type Assigned = { conversation: ConversationId, agent: AgentId, };

export type Watched = { conversation: ConversationId, buyer: BuyerId, buyer_name: string | null, vip_level: number, state: State, agent: AgentId | null, seq: number,
/**
 * How far the buyer has read.
 */
buyer_read: number, context: Context, };

/**
 * A stored entry as the desk sees it.
 */
export type DeskEvent = { conversation: ConversationId, seq: number, prev: number, at: number, author: Author, } & (PublicBody | DeskBody);

/**
 * Everything that a log can hold; the desk sees all of it.
 */
export type AnyBody = PublicBody | DeskBody;

export type DeskDelta = { conversation: ConversationId, turn: TurnId, index: number, text: string, };

export type DeskAck = { id: string,
/**
 * Absent where nothing was stored in a log (`status`, `watch`, `unwatch`).
 */
seq?: number, at: number, duplicate?: boolean, conversation?: ConversationId, };

/**
 * `POST /v1/stores/{store}/visitors`.
 */
export type NewVisitor = {
/**
 * A JWT signed by the merchant's server with the store's `identity_secret` (HS256).
 */
identity?: string, };

export type Visitor = { token: string, buyer: BuyerId, expires_at: number, };

/**
 * `POST /v1/session`.
 */
export type SignIn = { store: StoreId, email: string, password: string, };

/**
 * Who is signed in; also `GET /v1/session`.
 */
export type SignedIn = { agent: AgentId, store: StoreId, store_name: string, name: string, email: string, role: Role,
/**
 * To be sent back as `X-Xiaoer-Csrf` with every request that changes something.
 */
csrf: string, };

/**
 * A page of a list.
 */
export type Page<T> = { items: Array<T>,
/**
 * Pass as `after` to get the next page; absent on the last one.
 */
next?: string, };

export type ConversationSummary = { id: ConversationId, buyer: BuyerId, buyer_name: string | null, state: State, agent: AgentId | null, seq: number, created_at: number, last_at: number, last_text: string, waiting_since: number | null,
/**
 * What models have used and cost in it, in tokens and in millionths of a yuan.
 */
model_tokens: number, cost_micros: number, };

/**
 * A stored entry as `GET conversations/{id}/events` gives it.
 */
export type LoggedEvent = { seq: number, at: number, author: Author, } & (PublicBody | DeskBody);

/**
 * `POST /v1/stores/{store}/imports/{kind}`.
 */
export type Imported = { accepted: number, rejected: number, errors: Array<RowError>, };

export type RowError = {
/**
 * Counted from 1, the heading included.
 */
line: number, field: string, why: string, };

/**
 * A product as the demo shop's pages and the console show it.
 */
export type ProductCard = { sku: string, name: string, category: string, price_fen: number, stock: number | null, attributes: unknown, };

/**
 * What models cost a store: `GET /v1/stores/{store}/spending`. Money is in millionths of a yuan (a fen is 10,000).
 */
export type Spending = { today: SpentToday,
/**
 * The newest day first, and of each day every model that was asked.
 */
items: Array<SpentOn>, };

/**
 * Today, in the store's time zone.
 */
export type SpentToday = {
/**
 * `2026-11-23`
 */
day: string, tokens: number, cost_micros: number,
/**
 * `fine`, `near` (the policy's share of a limit is reached) or `used_up` (models are not asked any more today).
 */
level: string,
/**
 * The limit of the day that is nearest to its end, a key of the policy's section `budget`; `None` without limits.
 */
limit: string | null,
/**
 * How much of it is used.
 */
percent: number | null, };

/**
 * What one model was asked on a day, and what it cost.
 */
export type SpentOn = { day: string, model: string, turns: number, requests: number,
/**
 * Of the requests, those whose tokens are estimated, because the server did not count them.
 */
estimated: number, prompt_tokens: number,
/**
 * Of the prompt's tokens, those that the provider's cache served.
 */
cached_tokens: number, completion_tokens: number, cost_micros: number, };

/**
 * How an answer was made. For the desk and for scoring, never for a buyer.
 */
export type Stamp = {
/**
 * The pack that was in force, with its version: `apparel@3-9f86d081884c`.
 */
pack: string,
/**
 * Our name for the model that answered; `None` for the built-in assistant.
 */
model?: string | null,
/**
 * What its server calls itself, where that is another name.
 */
served_as?: string | null,
/**
 * Models that were asked before it and failed.
 */
failed?: Array<string>,
/**
 * Of all requests together, as the servers counted them.
 */
prompt_tokens: number, cached_tokens: number, completion_tokens: number,
/**
 * What they cost, in millionths of a yuan; `None` where a model has no price, or nothing was asked.
 */
cost_micros?: number | null,
/**
 * Some of the tokens are not counted but estimated.
 */
estimated?: boolean,
/**
 * The limit that was used up (a key of the policy's section `budget`), so that no model was asked.
 */
used_up?: string | null,
/**
 * Requests to the model.
 */
rounds: number,
/**
 * From the end of the burst to the answer, in milliseconds.
 */
took_ms: number,
/**
 * Versions of the rules that judged it.
 */
rules: string, };

/**
 * A turn's talk with models.
 */
export type TurnPrompt = { turn: TurnId, at: number, ended: PromptEnd,
/**
 * What was sent, the instructions first, and what tools were called and gave.
 */
messages: Array<PromptMessage>,
/**
 * The tools that were offered: name, description, parameters.
 */
tools: unknown,
/**
 * The reply, or the sentence that was held; empty where there was none.
 */
answer: string, requests: Array<PromptRequest>,
/**
 * How the answer was made; `None` where none was.
 */
stamp: Stamp | null, };

/**
 * How a talk ended.
 */
export type PromptEnd = "answered" | "handed_off" | "failed" | "wrote_on" | "gone" | "cut";

export type PromptMessage = {
/**
 * `system`, `user`, `assistant`, `tool`.
 */
role: string, text: string, calls?: Array<PromptCall>, };

/**
 * A call that the model asked for.
 */
export type PromptCall = { name: string,
/**
 * JSON, as the model wrote it.
 */
arguments: string, };

/**
 * One request.
 */
export type PromptRequest = { model: string, prompt_tokens: number, cached_tokens: number, completion_tokens: number,
/**
 * The server did not count the tokens.
 */
estimated: boolean,
/**
 * In millionths of a yuan; `None` for a model without a price.
 */
cost_micros: number | null,
/**
 * From asking, with what was waited for a place and for models that failed, to the end.
 */
ms: number, };
