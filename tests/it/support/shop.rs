//! The store `demo`, with numbers that suit a test.

use serde_json::{Value, json};
use xiaoer::clock::Clock;
use xiaoer::db::{self, Db};
use xiaoer::policy::Policy;

use super::house::House;
use super::model::ScriptedModel;

/// An answer is begun as soon as a message is stored.
pub fn at_once() -> Value {
    json!({"burst_ms": 0})
}

impl House {
    /// Without a model; `answer` are the numbers of the policy's section of this name.
    pub async fn answering(answer: Value) -> Self {
        let house = Self::open().await;
        house.rules(answer).await;
        house
    }

    /// With a model.
    pub async fn with_model(model: &ScriptedModel, answer: Value) -> Self {
        Self::with_model_and(model, answer, &[]).await
    }

    /// With a model and settings other than the defaults.
    pub async fn with_model_and(model: &ScriptedModel, answer: Value, settings: &[(&'static str, &str)]) -> Self {
        let address = model.base_url();
        let house = Self::with(&[&[("openai_base_url", address.as_str())], settings].concat()).await;
        house.rules(answer).await;
        house
    }

    /// With a clock that the test moves. Bursts end at once, because they would wait for the clock.
    pub async fn on_a_held_clock(clock: &Clock) -> Self {
        let house = Self::at(clock.clone(), &[]).await;
        house.rules(at_once()).await;
        house
    }

    async fn rules(&self, answer: Value) {
        set_rules(&self.app.db, answer).await;
    }

    /// How many turns ended so, or are open.
    pub async fn turns(&self, state: db::turn::TurnState) -> i64 {
        let mut conn = self.app.db.read().await.expect("a connection");
        db::turn::count(&mut conn, &"demo".into(), state).await.expect("a count")
    }
}

/// Sets a store's whole policy; what is left out has its default.
pub async fn set_policy(db: &Db, store: &str, policy: Value) {
    let policy: Policy = serde_json::from_value(policy).expect("a policy");
    let policy = serde_json::to_string(&policy).expect("a policy is JSON");
    let store = store.into();
    let change = db.write(move |conn| Box::pin(async move { db::store::set_policy(conn, &store, &policy).await }));
    change.await.expect("the policy is stored");
}

/// Sets numbers of the policy; people are on duty at every hour of the day that the test runs at.
pub async fn set_rules(db: &Db, answer: Value) {
    let policy = json!({"service": {"open": "00:00", "close": "24:00"}, "answer": answer});
    set_policy(db, "demo", policy).await;
}
