//! What only one room may know: SQL, the environment, HTTP, the model's API.

use super::source::{Reading, SourceFile, for_tests_alone, lines_with, read};

/// Only `db/` has SQL, so that both engines stay equal and SQL is read beside its neighbours.
pub fn sql_outside_db(files: &[SourceFile]) -> Vec<String> {
    let builders =
        ["sqlx::query", "sqlx::query_as", "sqlx::query_scalar", "sqlx::raw_sql", "query_as::<", "QueryBuilder"];
    outside(files, &["src/db/"], |reading| {
        let mut found = naming(reading, &builders);
        let statements = reading.texts.iter().filter(|(_, text)| is_statement(text));
        found.extend(statements.map(|(line, _)| (*line, "an SQL statement".to_owned())));
        with_advice(found, "SQL lives in src/db, one file a table")
    })
}

/// Only `config` reads the environment, so that the settings can be checked before anything starts.
pub fn environment_outside_config(files: &[SourceFile]) -> Vec<String> {
    outside(files, &["src/config.rs", "src/config/"], |reading| {
        let found = naming(reading, &["env::var", "env::vars", "env::var_os", "env::vars_os"]);
        with_advice(found, "settings are read in src/config and handed over")
    })
}

/// Only the front door knows HTTP and sockets, and the model's wire, which is HTTP; other rooms can be used without.
pub fn http_outside_the_front_door(files: &[SourceFile]) -> Vec<String> {
    let door = ["src/http/", "src/cli/", "src/app.rs", "src/main.rs", "src/assistant/model/"];
    outside(files, &door, |reading| {
        let found = naming(reading, &["axum::", "axum_extra::", "hyper::", "hyper_util::", "tower_http::"]);
        with_advice(found, "HTTP and sockets live in src/http")
    })
}

/// Only `assistant/model` knows how to speak to a model, and only `connections` to merchants' own servers.
pub fn model_api_outside_its_room(files: &[SourceFile]) -> Vec<String> {
    let mut found = outside(files, &["src/assistant/model/", "src/assistant/model.rs"], |reading| {
        with_advice(naming(reading, &["async_openai::"]), "the model's API lives in src/assistant/model")
    });
    found.extend(outside(files, &["src/assistant/model/", "src/connections/"], |reading| {
        let advice = "what is said to other servers lives in src/assistant/model and src/connections";
        with_advice(naming(reading, &["reqwest::", "rmcp::"]), advice)
    }));
    found
}

fn outside(files: &[SourceFile], rooms: &[&str], look: impl Fn(&Reading) -> Vec<(usize, String)>) -> Vec<String> {
    let tests = for_tests_alone(files);
    let program = files.iter().filter(|file| file.path.starts_with("src/") && !tests.contains(&file.path));
    let strangers = program.filter(|file| !rooms.iter().any(|room| file.path.starts_with(room)));
    let complaints = strangers.flat_map(|file| {
        look(&read(file)).into_iter().map(move |(line, complaint)| format!("{}:{line}: {complaint}", file.path))
    });
    complaints.collect()
}

fn naming(reading: &Reading, names: &[&str]) -> Vec<(usize, String)> {
    let found = names
        .iter()
        .flat_map(|name| lines_with(&reading.code, name).into_iter().map(move |line| (line, format!("`{name}`"))));
    found.collect()
}

fn with_advice(found: Vec<(usize, String)>, advice: &str) -> Vec<(usize, String)> {
    found.into_iter().map(|(line, what)| (line, format!("{what}: {advice}"))).collect()
}

/// Whether a text is SQL and not a sentence like "update the pack".
fn is_statement(text: &str) -> bool {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let goes_on_with = |wanted: &[&str]| words.iter().skip(1).any(|word| wanted.contains(&word.as_str()));
    match words.first().map(String::as_str) {
        Some("select") => goes_on_with(&["from"]),
        Some("insert" | "replace") => words.get(1).is_some_and(|word| matches!(word.as_str(), "into" | "or")),
        Some("update") => goes_on_with(&["set"]),
        Some("delete") => words.get(1).is_some_and(|word| word == "from"),
        Some("create" | "alter" | "drop") => goes_on_with(&["table", "index", "view", "trigger", "database"]),
        Some("pragma") => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree;
    use super::*;

    fn lines(rule: fn(&[SourceFile]) -> Vec<String>, path: &str, text: &str) -> Vec<String> {
        rule(&tree(&[(path, text)]))
    }

    #[test]
    fn sql_outside_db_is_noticed() {
        let elsewhere = |text| lines(sql_outside_db, "src/desk/queue.rs", text).len();
        assert_eq!(elsewhere("sqlx::query(x).execute(&mut conn)"), 1);
        assert_eq!(elsewhere("use sqlx::QueryBuilder;"), 1);
        assert_eq!(elsewhere("let text = r\"\n  select id\n from turn\";"), 1);
        assert_eq!(
            elsewhere("a(\"INSERT INTO turn values ($1)\", \"update turn set x = 1\", \"delete from turn\")"),
            3
        );
        assert_eq!(elsewhere("a(\"Update the pack, then set it in force.\")"), 1, "better one sentence too many");
        assert_eq!(elsewhere("a(\"select a size\", \"Create a store\", \"delete the file\") // select 1 from x"), 0);
        assert_eq!(lines(sql_outside_db, "src/db/turns.rs", "sqlx::query(\"select 1 from x\")").len(), 0);
    }

    #[test]
    fn the_environment_outside_config_is_noticed() {
        let text = "let key = std::env::var(\"OPENAI_API_KEY\");";
        let found = lines(environment_outside_config, "src/assistant/model/mod.rs", text);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("src/assistant/model/mod.rs:1: `env::var`"), "{found:?}");
        assert_eq!(lines(environment_outside_config, "src/config.rs", text).len(), 0);
        assert_eq!(lines(environment_outside_config, "src/cli/mod.rs", "env!(\"CARGO_PKG_VERSION\")").len(), 0);
    }

    #[test]
    fn http_outside_the_front_door_is_noticed() {
        let text = "\nuse axum::Json;";
        assert!(lines(http_outside_the_front_door, "src/desk/mod.rs", text)[0].starts_with("src/desk/mod.rs:2:"));
        assert_eq!(lines(http_outside_the_front_door, "src/live.rs", "fn f(x: hyper::Request<()>) {}").len(), 1);
        assert_eq!(lines(http_outside_the_front_door, "src/http/rest.rs", text).len(), 0);
    }

    #[test]
    fn the_model_api_outside_its_room_is_noticed() {
        let text = "use async_openai::Client; type C = reqwest::Client;";
        assert_eq!(lines(model_api_outside_its_room, "src/assistant/turn.rs", text).len(), 2);
        assert_eq!(lines(model_api_outside_its_room, "src/assistant/model/wire.rs", text).len(), 0);
    }
}
