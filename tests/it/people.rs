//! Who somebody is, and how that is proved.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use xiaoer::clock::Clock;
use xiaoer::db::conversation::{self, Opening};
use xiaoer::ids::{BuyerId, ConversationId};
use xiaoer::locale::Locale;
use xiaoer::people::sessions;
use xiaoer::people::tokens::Scope;
use xiaoer::protocol::desk::Role;

use crate::support::house::{Answer, Browser, House, PASSWORD};

fn with_cookie(house: &House, method: Method, path: &str, browser: &Browser) -> reqwest::RequestBuilder {
    house.request(method, path).header("cookie", &browser.cookie)
}

#[tokio::test]
async fn a_person_signs_in_and_out() {
    let house = House::open().await;
    let (email, password) = house.owner.clone();
    let browser = house.sign_in("demo", &email.to_uppercase(), &password).await;
    assert_eq!(browser.body["role"], "owner");

    let seen = Answer::of(with_cookie(&house, Method::GET, "/v1/session", &browser)).await;
    assert_eq!((seen.status, &seen.body), (StatusCode::OK, &browser.body));
    let listed = Answer::of(with_cookie(&house, Method::GET, "/v1/stores/demo/people", &browser)).await;
    assert_eq!(listed.body["items"][0]["email"], email.as_str());

    let sign_out = || with_cookie(&house, Method::DELETE, "/v1/session", &browser);
    let csrf = "x-xiaoer-csrf";
    for (why, refused) in [
        ("no word", sign_out()),
        ("a wrong word", sign_out().header(csrf, "0".repeat(64))),
        ("another page", sign_out().header(csrf, &browser.csrf).header("origin", "http://evil.example")),
    ] {
        assert_eq!(Answer::of(refused).await.status, StatusCode::FORBIDDEN, "{why}");
    }
    let own = house.url("");
    let done = Answer::of(sign_out().header(csrf, &browser.csrf).header("origin", own)).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT);
    let seen = Answer::of(with_cookie(&house, Method::GET, "/v1/session", &browser)).await;
    assert_eq!(seen.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_for_scripts_and_other_sites() {
    let house = House::open().await;
    let body = json!({"store": "demo", "email": house.owner.0, "password": house.owner.1});
    let cookie = house.post("/v1/session", &body).await.header("set-cookie").to_owned();
    for word in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    house.close().await;

    let house = House::with(&[("public_url", "https://chat.shop.example")]).await;
    let body = json!({"store": "demo", "email": house.owner.0, "password": house.owner.1});
    let cookie = house.post("/v1/session", &body).await.header("set-cookie").to_owned();
    assert!(cookie.starts_with("__Host-xiaoer=") && cookie.contains("Secure"), "{cookie}");
}

#[tokio::test]
async fn a_session_ends_after_twelve_quiet_hours() {
    let clock = Clock::at(1_800_000_000_000);
    let house = House::at(clock.clone(), &[]).await;
    let browser = house.sign_in("demo", &house.owner.0, &house.owner.1).await;
    let look = || async { Answer::of(with_cookie(&house, Method::GET, "/v1/session", &browser)).await.status };
    for _ in 0..3 {
        clock.advance(sessions::LIFE_MS - 1);
        assert_eq!(look().await, StatusCode::OK, "use moves the end");
    }
    clock.advance(sessions::LIFE_MS);
    assert_eq!(look().await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn signing_in_again_ends_the_session_before() {
    let house = House::open().await;
    let first = house.sign_in("demo", &house.owner.0, &house.owner.1).await;
    let body = json!({"store": "demo", "email": house.owner.0, "password": house.owner.1});
    let again = house.request(Method::POST, "/v1/session").header("cookie", &first.cookie).json(&body);
    assert_eq!(Answer::of(again).await.status, StatusCode::OK);
    let seen = Answer::of(with_cookie(&house, Method::GET, "/v1/session", &first)).await;
    assert_eq!(seen.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn wrong_passwords_and_unknown_people_look_alike_and_wait() {
    let house = House::open().await;
    let from = |ip: &str, store: &str, email: &str, password: &str| {
        let body = json!({"store": store, "email": email, "password": password});
        Answer::of(house.request(Method::POST, "/v1/session").header("x-forwarded-for", ip).json(&body))
    };
    let owner = house.owner.0.as_str();
    let wrong = from("203.0.113.1", "demo", owner, "wrong").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    for (store, email, password) in [
        ("demo", "nobody@demo.example", "wrong"),
        ("nowhere", owner, "wrong"),
        ("demo", "", ""),
        ("demo", owner, &"x".repeat(5_000)),
    ] {
        let other = from("203.0.113.1", store, email, password).await;
        assert_eq!((other.status, other.text), (wrong.status, wrong.text.clone()), "{store} {email}");
    }

    for _ in 0..8 {
        from("203.0.113.1", "demo", owner, "wrong").await;
    }
    let waits = from("203.0.113.1", "demo", owner, &house.owner.1).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(waits.header("retry-after").parse::<u64>().unwrap() > 0);
    assert!(waits.body["retry_after_ms"].as_u64().unwrap() > 0);
    let elsewhere = from("203.0.113.2", "demo", owner, &house.owner.1).await;
    assert_eq!(elsewhere.status, StatusCode::OK, "the owner is not locked out");
}

#[tokio::test]
async fn a_merchant_signs_who_a_buyer_is() {
    let house = House::open().await;
    let secret = house.store("demo").await.identity_secret;
    let claims = json!({"sub": "u-1", "exp": house.app.clock.now() / 1_000 + 3_600, "name": "小王", "vip_level": 2});
    let jwt = encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap();
    let visitor = house.visitor_of("demo", json!({"identity": jwt})).await;
    assert_eq!(visitor.buyer, "u-1");
    let read = house.app.visitors.read(&"demo".into(), &visitor.token).unwrap();
    assert_eq!((read.name.as_deref(), read.vip_level, read.signed), (Some("小王"), 2, true));
    let anonymous = house.visitor().await;
    assert!(anonymous.buyer.starts_with("anon_"));
}

#[tokio::test]
async fn bad_identities_all_get_one_answer() {
    let house = House::open().await;
    let secret = house.store("demo").await.identity_secret;
    let other = house.store("other").await.identity_secret;
    let now = house.app.clock.now() / 1_000;
    let good = json!({"sub": "u-1", "exp": now + 60});
    let sign = |claims: &Value, algorithm, key: &str| {
        encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(key.as_bytes())).unwrap()
    };
    let hs256 = |claims: &Value| sign(claims, Algorithm::HS256, &secret);
    let plain =
        |header: &str| format!("{}.{}.", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(good.to_string()));
    let valid = hs256(&good);
    let parts: Vec<&str> = valid.split('.').collect();
    let families = [
        ("alg none", plain(r#"{"alg":"none","typ":"JWT"}"#)),
        ("alg none, with a signature", format!("{}{}", plain(r#"{"alg":"none"}"#), parts[2])),
        ("another algorithm", sign(&good, Algorithm::HS512, &secret)),
        ("a wrong key", sign(&good, Algorithm::HS256, "guess")),
        ("an empty key", sign(&good, Algorithm::HS256, "")),
        ("another store's key", sign(&good, Algorithm::HS256, &other)),
        ("expired", hs256(&json!({"sub": "u-1", "exp": now - 120}))),
        ("too far ahead", hs256(&json!({"sub": "u-1", "exp": now + 2 * 86_400}))),
        ("no exp", hs256(&json!({"sub": "u-1"}))),
        ("no sub", hs256(&json!({"exp": now + 60}))),
        ("an anonymous visitor's sub", hs256(&json!({"sub": "anon_0", "exp": now + 60}))),
        ("a changed payload", format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(r#"{"sub":"u-2"}"#), parts[2])),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("a key in the header", plain(r#"{"alg":"HS256","jwk":{"kty":"oct","k":"AA"}}"#)),
        ("rubbish", "rubbish".into()),
        ("empty", String::new()),
        ("far too long", "a".repeat(9_000)),
    ];
    assert_eq!(house.visitor_of("demo", json!({"identity": valid})).await.buyer, "u-1");
    let mut answers: Vec<String> = Vec::new();
    for (family, identity) in families {
        let answer = house.post("/v1/stores/demo/visitors", &json!({"identity": identity})).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{family}: {}", answer.text);
        answers.push(answer.text);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn what_belongs_to_another_store_is_not_there() {
    let house = House::open().await;
    let other = house.store("other").await;
    let id = ConversationId::fresh();
    let opening = Opening {
        id: id.clone(),
        store: other.id.clone(),
        buyer: BuyerId::fresh(),
        signed: false,
        name: None,
        vip_level: 0,
        locale: Locale::Hans,
        context: Default::default(),
        at: house.app.clock.now(),
    };
    house.app.db.write(move |conn| Box::pin(async move { conversation::open(conn, &[opening]).await })).await.unwrap();
    let own = house.token("other", Scope::Read).await;
    let foreign = house.token("demo", Scope::Admin).await;
    let get = |token: &str, path: String| Answer::of(house.request(Method::GET, &path).bearer_auth(token));

    let found = get(&own, format!("/v1/stores/other/conversations/{id}")).await;
    assert_eq!((found.status, &found.body["id"]), (StatusCode::OK, &json!(id.as_str())));

    let absent = get(&foreign, "/v1/stores/demo/conversations/c_nothing".into()).await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
    let theirs = get(&foreign, format!("/v1/stores/demo/conversations/{id}")).await;
    assert_eq!((theirs.status, theirs.text), (absent.status, absent.text.clone()));
    let events = get(&foreign, format!("/v1/stores/demo/conversations/{id}/events")).await;
    assert_eq!((events.status, events.text), (absent.status, absent.text));

    let nowhere = get(&foreign, "/v1/stores/nowhere/conversations".into()).await;
    let theirs = get(&foreign, "/v1/stores/other/conversations".into()).await;
    assert_eq!((theirs.status, &theirs.text), (StatusCode::NOT_FOUND, &nowhere.text));
}

#[tokio::test]
async fn each_route_takes_those_whom_it_names() {
    let house = House::open().await;
    house.store("other").await;
    house.agent("demo", "agent@demo.example", Role::Agent).await;
    let agent = house.sign_in("demo", "agent@demo.example", PASSWORD).await;
    let owner = house.sign_in("demo", &house.owner.0, &house.owner.1).await;
    let mut actors: Vec<(&str, Vec<(&str, String)>)> = vec![
        ("nobody", vec![]),
        ("bad token", vec![("authorization", "Bearer xo_admin_00".into())]),
        ("basic", vec![("authorization", "Basic abc".into())]),
    ];
    for (name, store, scope) in [
        ("admin", "demo", Scope::Admin),
        ("desk", "demo", Scope::Desk),
        ("read", "demo", Scope::Read),
        ("other admin", "other", Scope::Admin),
    ] {
        actors.push((name, vec![("authorization", format!("Bearer {}", house.token(store, scope).await))]));
    }
    for (name, browser) in [("agent", &agent), ("owner", &owner)] {
        let headers = vec![("cookie", browser.cookie.clone()), ("x-xiaoer-csrf", browser.csrf.clone())];
        actors.push((name, headers));
    }
    actors.push(("owner without csrf", vec![("cookie", owner.cookie.clone())]));
    actors.push(("bad token beside a good cookie", {
        vec![("cookie", owner.cookie.clone()), ("authorization", "Bearer xo_admin_00".into())]
    }));

    let reads = "/v1/stores/demo/conversations";
    let imports = "/v1/stores/demo/imports/faq?name=a.csv&dry_run=true";
    for (name, headers) in actors {
        let (read, import) = match name {
            "nobody" | "bad token" | "basic" | "bad token beside a good cookie" => (401, 401),
            "other admin" => (404, 404),
            "admin" | "owner" => (200, 200),
            _ => (200, 403),
        };
        for (request, expected) in [
            (house.request(Method::GET, reads), read),
            (house.request(Method::POST, imports).body("question,answer\n问,答\n"), import),
        ] {
            let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
            let answer = Answer::of(request).await;
            assert_eq!(answer.status.as_u16(), expected, "{name}: {}", answer.text);
        }
    }
}
