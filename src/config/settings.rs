//! Every setting on one screen. The command line, the environment, `xiaoer.toml` and `--help` are all made from this.

/// One thing that can be set.
#[derive(Debug)]
pub struct Setting {
    /// Its name in `xiaoer.toml`; as a flag it has `-` for `_`.
    pub key: &'static str,
    pub env: &'static str,
    /// Empty where there is none.
    pub default: &'static str,
    pub help: &'static str,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Where the data are: needed by every command.
    Place,
    /// Only the server needs it.
    Server,
    /// Like `Server`; the flag needs no value.
    Switch,
    /// Never a flag, because everybody on the machine can read those; never printed.
    Secret,
}

use Kind::{Place, Secret, Server, Switch};

macro_rules! settings {
    ($($key:ident $env:literal $default:literal $kind:ident $help:literal;)*) => {
        &[$(Setting { key: stringify!($key), env: $env, default: $default, kind: $kind, help: $help }),*]
    };
}

pub const SETTINGS: &[Setting] = settings! {
    data_dir "XIAOER_DATA_DIR" "data" Place
        "The folder for everything that the program keeps";
    database_url "XIAOER_DATABASE_URL" "" Place
        "postgres://… or the path of a SQLite file; without it, a SQLite file in the data folder";
    listen "XIAOER_LISTEN" "127.0.0.1:8080" Server
        "The address to listen on";
    public_url "XIAOER_PUBLIC_URL" "" Server
        "The address under which browsers reach this server, e.g. https://chat.shop.example";
    behind_proxy "XIAOER_BEHIND_PROXY" "false" Switch
        "Something in front of this server speaks TLS to the world: allows a public listen address without a public URL";
    trusted_proxies "XIAOER_TRUSTED_PROXIES" "127.0.0.0/8,::1/128" Server
        "Networks whose X-Forwarded-For is believed (CIDR list)";
    max_connections "XIAOER_MAX_CONNECTIONS" "16000" Server
        "Connections that may be open at once";
    sockets_per_ip "XIAOER_SOCKETS_PER_IP" "50" Server
        "WebSockets that one address may hold; plain connections may be four times as many. The machine itself is not counted";
    frames_per_second "XIAOER_FRAMES_PER_SECOND" "50" Server
        "Frames that one socket may send in a second; six times as many may come at once after a silence";
    visitors_per_minute "XIAOER_VISITORS_PER_MINUTE" "60" Server
        "New visitors that one address may register in a minute. The machine itself is not counted";
    header_timeout_ms "XIAOER_HEADER_TIMEOUT_MS" "10000" Server
        "How long a client may take to send a request's head, in milliseconds";
    drain_s "XIAOER_DRAIN_S" "10" Server
        "How long a stopping server waits for what still runs, in seconds (0 to 12)";
    log_format "XIAOER_LOG_FORMAT" "text" Server
        "text or json";
    log "XIAOER_LOG" "info" Server
        "What is logged: error, warn, info, debug, or a filter such as info,xiaoer::assistant=debug";
    no_demo "XIAOER_NO_DEMO" "false" Switch
        "Do not make the store demo on an empty database";
    prompts_dir "XIAOER_PROMPTS_DIR" "" Server
        "A folder of prompt packs; without it, those built into the program";
    openai_api_key "OPENAI_API_KEY" "" Secret
        "The key of an OpenAI-compatible endpoint";
    openai_base_url "OPENAI_BASE_URL" "" Server
        "Its address, up to and with /v1; without key and address the built-in assistant answers alone";
    llm_model "XIAOER_LLM_MODEL" "" Server
        "The model's name at that endpoint; models.toml in the data folder names further ones and prices";
    llm_connect_timeout_ms "XIAOER_LLM_CONNECT_TIMEOUT_MS" "2000" Server
        "How long connecting to the model may take, in milliseconds";
    llm_first_byte_timeout_ms "XIAOER_LLM_FIRST_BYTE_TIMEOUT_MS" "8000" Server
        "How long the model may take to begin an answer, in milliseconds";
    llm_idle_timeout_ms "XIAOER_LLM_IDLE_TIMEOUT_MS" "6000" Server
        "How long the model may be silent in the middle of an answer, in milliseconds";
    llm_at_once "XIAOER_LLM_AT_ONCE" "512" Server
        "Answers that the model may write at once";
    llm_at_once_per_store "XIAOER_LLM_AT_ONCE_PER_STORE" "384" Server
        "Of these, for one store";
    llm_waiting_per_store "XIAOER_LLM_WAITING_PER_STORE" "2000" Server
        "Requests of one store that may wait until the model has room";
    tool_networks "XIAOER_TOOL_NETWORKS" "" Server
        "Private networks that merchants' connections may reach (CIDR list)";
    nats_url "XIAOER_NATS_URL" "" Server
        "nats://…: several nodes share one PostgreSQL";
    secret "XIAOER_SECRET" "" Secret
        "Signing key, at least 32 characters; without it, one is made once in the data folder";
};
