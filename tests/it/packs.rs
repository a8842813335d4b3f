//! Prompt packs: drafts, versions, going back, and what the assistant is told.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use futures_util::future::{BoxFuture, join_all};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use xiaoer::assistant::Rehearsing;
use xiaoer::error::Result;
use xiaoer::packs::publishing::Refusal;
use xiaoer::packs::{Answered, Case, Failure, Files, Pack, Rehearsal, built_in, publishing};
use xiaoer::people::stores;
use xiaoer::people::tokens::Scope;
use xiaoer::protocol::desk::Role;

use crate::support::database::Database;
use crate::support::house::{Answer, House, PASSWORD};
use crate::support::model::ScriptedModel;
use crate::support::program::run;
use crate::support::shop;

struct Studio {
    house: House,
    token: String,
}

impl Studio {
    async fn open() -> Self {
        let house = House::with(&[("no_demo", "true")]).await;
        house.store("s").await;
        let token = house.token("s", Scope::Admin).await;
        Self { house, token }
    }

    async fn ask(&self, method: Method, path: &str, body: &Value) -> Answer {
        let path = format!("/v1/stores/s/packs{path}");
        Answer::of(self.house.request(method, &path).bearer_auth(&self.token).json(body)).await
    }

    async fn draft(&self, files: &BTreeMap<String, String>) -> Answer {
        self.ask(Method::PUT, "/general/draft", &json!({"files": files})).await
    }

    async fn post(&self, what: &str) -> Answer {
        self.ask(Method::POST, &format!("/general/{what}"), &json!({})).await
    }

    /// Source and number of the general pack in force.
    async fn in_force(&self) -> (String, i64) {
        let listed = self.ask(Method::GET, "", &Value::Null).await.body;
        let items = listed["items"].as_array().unwrap();
        let general = items.iter().find(|pack| pack["id"] == "general").unwrap();
        (general["source"].as_str().unwrap().into(), general["number"].as_i64().unwrap())
    }
}

fn built_in_files(id: &str) -> BTreeMap<String, String> {
    built_in()[id].files.clone().into()
}

/// The general pack with one line more in its instructions.
fn general_with(line: &str) -> BTreeMap<String, String> {
    let mut files = built_in_files("general");
    files.get_mut("system.md").unwrap().push_str(&format!("\n{line}\n"));
    files
}

#[tokio::test]
async fn a_draft_becomes_a_version_and_going_back_is_one_step() {
    let studio = Studio::open().await;
    assert_eq!(studio.in_force().await, ("built_in".into(), 0));
    assert_eq!(studio.post("publish").await.body["code"], "no_draft");
    assert_eq!(studio.post("rollback").await.body["code"], "nothing_before");

    for (number, line) in [(1, "多说谢谢。"), (2, "少说谢谢。")] {
        let kept = studio.draft(&general_with(line)).await;
        assert_eq!((kept.status, &kept.body["cases"]), (StatusCode::OK, &json!(15)), "{}", kept.text);
        let draft = studio.ask(Method::GET, "/general/draft", &Value::Null).await;
        assert!(draft.body["files"]["system.md"].as_str().unwrap().contains(line));
        let done = studio.post("publish").await;
        assert_eq!((&done.body["number"], &done.body["changed"]), (&json!(number), &json!(true)), "{}", done.text);
        assert_eq!(studio.in_force().await, ("published".into(), number));
    }
    studio.draft(&general_with("少说谢谢。")).await;
    let same = studio.post("publish").await;
    assert_eq!((&same.body["number"], &same.body["changed"]), (&json!(2), &json!(false)), "nothing is new");
    assert_eq!(studio.post("publish").await.status, StatusCode::CONFLICT, "a draft is published once");

    assert_eq!(studio.post("rollback").await.body["number"], 1);
    assert_eq!(studio.in_force().await, ("published".into(), 1));
    assert_eq!(studio.post("rollback").await.body["number"], 0);
    assert_eq!(studio.in_force().await, ("built_in".into(), 0));
    assert_eq!(studio.post("rollback").await.status, StatusCode::CONFLICT);

    let history = studio.ask(Method::GET, "/general/versions", &Value::Null).await.body;
    let versions: Vec<_> =
        history["items"].as_array().unwrap().iter().map(|v| (v["number"].as_i64(), v["after"].as_i64())).collect();
    assert_eq!(versions, [(Some(2), Some(1)), (Some(1), Some(0))]);
    let steps: Vec<_> =
        history["steps"].as_array().unwrap().iter().map(|s| (s["what"].as_str(), s["number"].as_i64())).collect();
    let (publish, rollback) = (Some("publish"), Some("rollback"));
    assert_eq!(steps, [(rollback, Some(0)), (rollback, Some(1)), (publish, Some(2)), (publish, Some(1))]);
    assert_eq!(history["items"][0]["author"], "API token");
    let old = studio.ask(Method::GET, "/general/versions/1", &Value::Null).await.body;
    assert!(old["files"]["system.md"].as_str().unwrap().contains("多说谢谢"));
    for absent in ["/general/versions/3", "/general/versions/x", "/general/draft", "/nothing/versions", "/nothing"] {
        assert_eq!(studio.ask(Method::GET, absent, &Value::Null).await.status, StatusCode::NOT_FOUND, "{absent}");
    }
}

#[tokio::test]
async fn a_broken_draft_is_refused_where_it_is_broken_and_the_old_one_stays() {
    let studio = Studio::open().await;
    studio.draft(&general_with("好。")).await;
    let broken = general_with("{{ buyer_name }}");
    let line = broken["system.md"].lines().count();
    let refused = studio.draft(&broken).await;
    assert_eq!((refused.status, &refused.body["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("pack_broken")));
    let first = &refused.body["errors"][0];
    assert_eq!((&first["file"], &first["line"], &first["column"]), (&json!("system.md"), &json!(line), &json!(4)));
    assert!(first["why"].as_str().unwrap().contains("there is no buyer_name"), "{first}");

    let mut outside = general_with("好。");
    outside.insert("../../etc/cron.d/x".into(), "x".into());
    assert_eq!(studio.draft(&outside).await.body["errors"][0]["file"], "../../etc/cron.d/x");
    let foreign = studio.draft(&built_in_files("pet")).await;
    assert_eq!(foreign.body["errors"][0]["why"], "its id is pet, but general is to be published");
    let huge = BTreeMap::from([("system.md".to_owned(), "x".repeat(5_000_000))]);
    assert_eq!(studio.draft(&huge).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(studio.ask(Method::PUT, "/general/draft", &json!({"file": {}})).await.status, StatusCode::BAD_REQUEST);

    let draft = studio.ask(Method::GET, "/general/draft", &Value::Null).await.body;
    assert!(draft["files"]["system.md"].as_str().unwrap().ends_with("好。\n"), "the good one is still there");
    assert_eq!(studio.post("publish").await.body["number"], 1);
    assert_eq!(studio.ask(Method::DELETE, "/general/draft", &Value::Null).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn only_owners_and_admin_tokens_write() {
    let studio = Studio::open().await;
    let house = &studio.house;
    house.agent("s", "agent@s.example", Role::Agent).await;
    house.agent("s", "owner@s.example", Role::Owner).await;
    house.store("other").await;
    let (read, foreign) = (house.token("s", Scope::Read).await, house.token("other", Scope::Admin).await);
    let draft = json!({"files": general_with("好。")});
    let put = |token: &str| {
        let request = house.request(Method::PUT, "/v1/stores/s/packs/general/draft");
        Answer::of(request.bearer_auth(token).json(&draft))
    };
    assert_eq!(put(&read).await.status, StatusCode::FORBIDDEN);
    assert_eq!(put(&foreign).await.status, StatusCode::NOT_FOUND);
    let list = |token: &str| Answer::of(house.request(Method::GET, "/v1/stores/s/packs").bearer_auth(token));
    assert_eq!(list(&read).await.body["items"].as_array().unwrap().len(), 7);
    assert_eq!(house.get("/v1/stores/s/packs").await.status, StatusCode::UNAUTHORIZED);

    for (email, status) in [("agent@s.example", StatusCode::FORBIDDEN), ("owner@s.example", StatusCode::OK)] {
        let browser = house.sign_in("s", email, PASSWORD).await;
        let request = |method, path: &str| {
            let request = house.request(method, &format!("/v1/stores/s/packs/general/{path}"));
            request.header("cookie", &browser.cookie).header("x-xiaoer-csrf", &browser.csrf)
        };
        assert_eq!(Answer::of(request(Method::PUT, "draft").json(&draft)).await.status, status);
        assert_eq!(Answer::of(request(Method::POST, "publish")).await.status, status);
    }
    let history = studio.ask(Method::GET, "/general/versions", &Value::Null).await.body;
    assert_eq!(history["items"][0]["author"], "owner@s.example");
}

#[tokio::test]
async fn of_those_who_publish_at_once_each_gets_a_number() {
    let studio = Studio::open().await;
    let (db, store) = (&studio.house.app.db, "s".into());
    let publish = async |n: usize| {
        let files = Files::new(general_with(&format!("第{n}种。"))).unwrap();
        publishing::publish(db, 0, (&store, None), "x", files, None).await.unwrap().number
    };
    let mut numbers = join_all((0..8).map(publish)).await;
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
    let (rows, steps) = publishing::history(db, &store, "general").await.unwrap();
    assert_eq!(steps.iter().map(|step| step.step).collect::<Vec<_>>(), [8, 7, 6, 5, 4, 3, 2, 1]);
    assert!(rows.iter().all(|row| row.after == row.number - 1), "a rollback passes every one of them");
}

/// Answers every turn with the same words.
struct Parrot(&'static str);

impl Rehearsal for Parrot {
    fn play<'a>(&'a self, _: &'a Pack, case: &'a Case) -> BoxFuture<'a, Result<Vec<Answered>>> {
        let answers = case.turn.iter().map(|_| Answered { text: self.0.into(), ..Answered::default() });
        let answers = answers.collect();
        Box::pin(async move { Ok(answers) })
    }

    fn held(&self, _: &Pack) -> Vec<Failure> {
        Vec::new()
    }
}

#[tokio::test]
async fn a_pack_whose_own_words_the_guard_would_hold_is_not_published() {
    let studio = Studio::open().await;
    let mut files = built_in_files("general");
    let replies = files.get_mut("replies.zh-Hans.toml").unwrap();
    *replies = replies.replacen("greeting = [", "greeting = [\n    \"本店全网最低价，七天祛斑。\",", 1);
    files.insert("knowledge/effect.md".into(), "## 效果怎么样 {#effect}\n绝对不会过敏。\n".into());
    let files = Files::new(files).unwrap();
    let refused =
        publishing::publish(&studio.house.app.db, 0, (&"s".into(), None), "x", files, Some(&Rehearsing::default()))
            .await;
    let Err(Refusal::Failed(report)) = &refused else { panic!("{refused:?}") };
    let places: BTreeSet<&str> = report.failures.iter().map(|failure| failure.case.as_str()).collect();
    assert!(places.iter().any(|place| place.contains("greeting")), "{places:?}");
    assert!(places.contains("pack:general/effect"), "{places:?}");
}

#[tokio::test]
async fn a_pack_that_fails_its_own_conversations_is_not_published() {
    let studio = Studio::open().await;
    let (db, store) = (&studio.house.app.db, "s".into());
    let mut files = general_with("好。");
    let case = "[[case]]\nname = \"退款\"\n[[case.turn]]\nbuyer = \"能退吗\"\ncontains = [\"退款\"]\n";
    files.insert("cases/shop.toml".into(), case.into());
    let publish = async |says| {
        let files = Files::new(files.clone()).unwrap();
        publishing::publish(db, 0, (&store, None), "x", files, Some(&Parrot(says))).await
    };
    let Err(Refusal::Failed(report)) = publish("不清楚").await else { panic!("it must fail") };
    assert_eq!((report.cases, report.failures[0].case.as_str(), report.failures[0].turn), (1, "退款", 1));
    assert_eq!(publishing::history(db, &store, "general").await.unwrap(), (vec![], vec![]), "nothing is stored");
    assert_eq!(studio.in_force().await, ("built_in".into(), 0));
    let published = publish("可以退款").await.unwrap();
    assert_eq!((published.number, published.rehearsed.map(|report| report.cases)), (1, Some(1)));
}

#[tokio::test]
async fn a_draft_is_rehearsed_on_its_own_data_and_published_only_if_it_passes() {
    let studio = Studio::open().await;
    let report = studio.post("test").await;
    assert_eq!((report.status, &report.body["cases"]), (StatusCode::OK, &json!(15)));
    assert_eq!(report.body["failures"], json!([]));

    let mut files = general_with("好。");
    let case = "[[case]]\nname = \"茶\"\n[[case.turn]]\nbuyer = \"可以开发票吗\"\ncontains = [\"龙井\"]\n";
    files.insert("cases/tea.toml".into(), case.into());
    assert!(studio.draft(&files).await.status.is_success());
    let report = studio.post("test").await.body;
    let failure = &report["failures"][0];
    assert_eq!((&report["cases"], &failure["case"], &failure["turn"]), (&json!(16), &json!("茶"), &json!(1)));
    let refused = studio.post("publish").await;
    assert_eq!((refused.status, &refused.body["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("cases_failed")));
    assert_eq!(refused.body["errors"][0]["case"], "茶");
    assert_eq!(studio.in_force().await, ("built_in".into(), 0));

    let data = "[[data.products]]\nsku = \"tea\"\nname = \"龙井\"\ncategory = \"general\"\nprice_fen = -1\n";
    files.insert("cases/tea.toml".into(), format!("{data}{case}"));
    assert!(studio.draft(&files).await.status.is_success());
    let refused = studio.post("test").await;
    assert_eq!((refused.status, &refused.body["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("data.products")));
    assert!(refused.body["message"].as_str().unwrap().contains("price_fen"), "{}", refused.text);
}

#[tokio::test]
async fn a_store_uses_the_pack_of_the_product_or_of_its_industry() {
    let studio = Studio::open().await;
    let app = &studio.house.app;
    let clothes = stores::create(&app.db, 0, "clothes", "apparel", "衣").await.unwrap();
    let other = stores::create(&app.db, 0, "other", "apparel", "衣").await.unwrap();
    let mut own = built_in_files("apparel");
    let manifest = own["pack.toml"].replace("id = \"apparel\"", "id = \"hats\"");
    own.insert("pack.toml".into(), manifest.replace("serves = [\"apparel\"]", "serves = [\"hats\", \"pet\"]"));
    let files = Files::new(own).unwrap();
    publishing::publish(&app.db, 0, (&clothes.id, None), "x", files, None).await.unwrap();
    for (store, category, expected) in [
        (&clothes, None, "apparel"),
        (&clothes, Some("beauty"), "beauty"),
        (&clothes, Some("aftersale"), "aftersale"),
        (&clothes, Some("no such"), "apparel"),
        (&clothes, Some("hats"), "hats"),
        (&clothes, Some("pet"), "hats"),
        (&other, Some("pet"), "pet"),
        (&other, Some("hats"), "apparel"),
    ] {
        let (pack, general) = app.packs.in_force(store, category).await.unwrap();
        assert_eq!(general.id(), "general");
        assert_eq!(pack.id(), expected, "{} {category:?}", store.id);
    }
    publishing::roll_back(&app.db, 0, &clothes.id, None, "x").await.unwrap();
    let now = app.stores.get(&clothes.id).await.unwrap();
    assert_eq!(app.packs.in_force(&now.store, Some("pet")).await.unwrap().0.id(), "pet", "from the next turn on");
}

#[tokio::test]
async fn the_model_is_told_what_is_in_force_from_the_next_turn_on() {
    let model = ScriptedModel::start().await;
    model.says("好的");
    let house = House::with_model(&model, shop::at_once()).await;
    let token = house.token("demo", Scope::Admin).await;
    let general = json!({"files": general_with("本店吉祥物是一只水獭。")});
    let to = |method, path: &str| {
        house.request(method, &format!("/v1/stores/demo/packs/general/{path}")).bearer_auth(&token)
    };
    assert!(Answer::of(to(Method::PUT, "draft").json(&general)).await.status.is_success());
    let mut buyer = house.buyer().await;
    for (path, is_told) in [(None, false), (Some("publish"), true), (Some("rollback"), false)] {
        if let Some(path) = path {
            assert!(Answer::of(to(Method::POST, path)).await.status.is_success());
        }
        buyer.say(&format!("你们店怎么样 {}", path.unwrap_or_default())).await;
        buyer.answer().await;
        let requests = model.requests();
        let told = requests.last().unwrap().system();
        assert_eq!(told.contains("水獭"), is_told, "{told}");
        assert!(told.contains("一律不理会"), "{told}");
    }
}

#[tokio::test]
async fn a_folder_stands_over_the_built_in_packs_and_a_broken_one_does_not() {
    let folder = tempfile::tempdir().unwrap();
    for (id, from, to) in [("pet", "爽快", "慢悠悠"), ("fresh", "{{ tone }}", "{{ tune }}")] {
        for (name, text) in built_in_files(id) {
            let path = folder.path().join(id).join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text.replace(from, to)).unwrap();
        }
    }
    let path = folder.path().display().to_string();
    let house = House::with(&[("no_demo", "true"), ("prompts_dir", &path)]).await;
    house.store("s").await;
    let token = house.token("s", Scope::Read).await;
    let listed = Answer::of(house.request(Method::GET, "/v1/stores/s/packs").bearer_auth(&token)).await.body;
    let pack = |id: &str| listed["items"].as_array().unwrap().iter().find(|pack| pack["id"] == id).unwrap().clone();
    assert_eq!(pack("pet")["source"], "folder");
    assert_eq!(pack("apparel")["source"], "built_in");
    assert_eq!(pack("fresh")["source"], "built_in");
    assert_eq!(pack("fresh")["flaws"][0]["file"], "fresh/system.md");
    assert_eq!(pack("fresh")["flaws"][0]["line"], 2);
}

#[tokio::test]
async fn packs_are_checked_published_and_taken_back_from_the_command_line() {
    let database = Database::fresh().await;
    let folder = database.folder.path().join("tea");
    let write = |files: &BTreeMap<String, String>| {
        for (name, text) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    };
    write(&general_with("好。"));
    let dir = folder.display().to_string();
    let checked = run(&database, &["pack", "check", &dir]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert!(checked.out.contains("general is good") && checked.out.contains("15 cases"), "{checked:?}");
    let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/prompts");
    let checked = run(&database, &["pack", "check", ours]);
    assert_eq!((checked.code, checked.out.lines().count()), (Some(0), 7), "{checked:?}");

    let tested = run(&database, &["pack", "test", ours]);
    assert!(tested.code == Some(0) && tested.out.contains("109 cases passed"), "{tested:?}");
    let mut failing = general_with("好。");
    let case = "[[case]]\nname = \"茶\"\n[[case.turn]]\nbuyer = \"可以开发票吗\"\ncontains = [\"龙井\"]\n";
    failing.insert("cases/tea.toml".into(), case.into());
    write(&failing);
    run(&database, &["store", "create", "t", "--industry", "general", "--name", "T"]);
    for command in [&["pack", "test", &dir][..], &["pack", "publish", &dir, "--store", "t"]] {
        let failed = run(&database, command);
        assert!(failed.code == Some(1) && failed.err.contains("茶, 1: the answer lacks \"龙井\""), "{failed:?}");
    }
    fs::remove_file(folder.join("cases/tea.toml")).unwrap();

    let publish = ["pack", "publish", &dir, "--store", "s"];
    assert!(run(&database, &publish).err.contains("no such store"));
    run(&database, &["store", "create", "s", "--industry", "general", "--name", "S"]);
    let rollback = ["pack", "rollback", "--store", "s"];
    let nothing = run(&database, &rollback);
    assert_eq!(nothing.code, Some(1), "{nothing:?}");
    assert!(run(&database, &publish).out.contains("general version 1"));
    assert!(run(&database, &publish).out.contains("was in force already"));
    write(&general_with("很好。"));
    assert!(run(&database, &publish).out.contains("general version 2"));

    write(&general_with("{{ 好 }}"));
    for command in [&["pack", "check", &dir][..], &publish] {
        let refused = run(&database, command);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.err.contains("system.md:") && refused.err.contains("tea/"), "{refused:?}");
    }
    assert!(run(&database, &rollback).out.contains("general version 1 is in force again"));
    assert!(run(&database, &[&rollback[..], &["--pack", "general"]].concat()).out.contains("built-in"));
    assert_eq!(run(&database, &rollback).code, Some(1));
    assert_eq!(run(&database, &["pack", "check", "nowhere"]).code, Some(1));
    assert_eq!(run(&database, &["pack", "dance"]).code, Some(2));
}
