use super::*;

#[track_caller]
fn check(flags: &[(&'static str, &str)], env: &[(&str, &str)], file: &str) -> Result<Config, Vec<String>> {
    let mut given = Flags::default();
    for (key, value) in flags {
        given.set(key, *value);
    }
    let env = |name: &str| env.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_string());
    Config::from(&given, &env, file).map_err(|problems| problems.0)
}

#[test]
fn nothing_set_is_a_complete_configuration() {
    let config = check(&[], &[], "").unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.database_url.expose(), "data/xiaoer.db");
    assert!(config.demo && config.llms.is_empty() && config.secret.is_none());
}

#[test]
fn flags_outrank_variables_and_those_the_file() {
    let file = "listen = \"127.0.0.1:3\"\n";
    let env = [("XIAOER_LISTEN", "127.0.0.1:2")];
    assert_eq!(check(&[("listen", "127.0.0.1:1")], &env, file).unwrap().listen.port(), 1);
    assert_eq!(check(&[], &env, file).unwrap().listen.port(), 2);
    assert_eq!(check(&[], &[("XIAOER_LISTEN", "")], file).unwrap().listen.port(), 3);
}

#[test]
fn each_problem_is_a_line_that_names_where_it_came_from() {
    let problems = check(
        &[("drain_s", "40")],
        &[("XIAOER_LISTEN", "nowhere"), ("XIAOER_SECRET", "short")],
        "\nsockets_per_ip = \"many\"\nlisten_on = 3\n",
    )
    .unwrap_err();
    assert_eq!(
        problems,
        [
            "xiaoer.toml:3 listen_on: there is no such setting",
            "XIAOER_LISTEN: an address with a port, such as 127.0.0.1:8080, is needed",
            "XIAOER_SECRET: at least 32 characters are needed",
            "xiaoer.toml:2 sockets_per_ip: a number from 1 to 1000000 is needed",
            "--drain-s: a number from 0 to 12 is needed",
        ]
    );
    assert_eq!(check(&[], &[], "a = \n").unwrap_err().len(), 1);
}

#[test]
fn a_public_address_needs_tls_in_front() {
    assert!(check(&[("listen", "0.0.0.0:80")], &[], "").unwrap_err()[0].starts_with("--listen: the world"));
    assert!(check(&[("listen", "0.0.0.0:80")], &[("XIAOER_PUBLIC_URL", "https://chat.shop.example/")], "").is_ok());
    assert!(check(&[("listen", "0.0.0.0:80"), ("behind_proxy", "true")], &[], "").is_ok());
}

#[test]
fn secrets_do_not_print() {
    let secret = "0123456789abcdefghijklmnopqrstuv";
    let config = check(&[], &[("XIAOER_SECRET", secret), ("OPENAI_API_KEY", "sk-canary")], "").unwrap();
    assert_eq!(config.secret.as_ref().unwrap().expose(), secret);
    let printed = format!("{config:?}");
    assert!(!printed.contains("canary") && !printed.contains(secret));
    assert!(check(&[], &[("XIAOER_SECRET", "change-me-change-me-change-me-change-me")], "").is_err());
}
