//! `models.toml` in the data folder: further models to ask when the first one fails, and what they cost.
//!
//! ```toml
//! [[model]]                             # in the order in which they are asked, after OPENAI_BASE_URL's
//! model = "qwen-plus"                   # as its endpoint knows it
//! name = "backup"                       # what we call it; the same as `model` where this is left out
//! base_url = "https://llm.example/v1"
//! key_variable = "BACKUP_API_KEY"       # the variable that holds its key; or key = "…"
//! first_byte_timeout_ms = 5000          # these three: as for the first where they are left out
//! idle_timeout_ms = 5000
//! connect_timeout_ms = 2000
//!
//! [[price]]                             # yuan for a million tokens, up to six places
//! model = "backup"                      # our name of the model
//! prompt = "0.8"
//! cached = "0.2"                        # what the provider's prompt cache serves; as `prompt` where it is left out
//! completion = "2"
//! ```

use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::{Llm, Secret};
use crate::spending::{Price, Prices, micros_of_yuan};

/// The file's name in the data folder.
pub const FILE: &str = "models.toml";

/// The most models: each one may be waited for.
const MOST: usize = 8;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    model: Vec<Spanned<Model>>,
    #[serde(default)]
    price: Vec<Spanned<WrittenPrice>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Model {
    model: String,
    name: Option<String>,
    base_url: String,
    key: Option<String>,
    key_variable: Option<String>,
    connect_timeout_ms: Option<u64>,
    first_byte_timeout_ms: Option<u64>,
    idle_timeout_ms: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPrice {
    model: String,
    prompt: Amount,
    cached: Option<Amount>,
    completion: Amount,
}

/// Yuan: a text, or a number as TOML has it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Amount {
    Text(String),
    Whole(u64),
    Broken(f64),
}

impl Amount {
    fn micros(&self) -> Option<u64> {
        match self {
            Self::Text(text) => micros_of_yuan(text),
            Self::Whole(yuan) => micros_of_yuan(&yuan.to_string()),
            // The shortest decimal that means this number is what was written.
            Self::Broken(yuan) => micros_of_yuan(&yuan.to_string()),
        }
    }
}

/// Reads the file. `first` is what the settings say, and comes first. Problems are one line each, and none holds a key.
pub(super) fn read(
    text: &str,
    first: Option<Llm>,
    usual: &Llm,
    env: &dyn Fn(&str) -> Option<String>,
    problems: &mut Vec<String>,
) -> (Vec<Llm>, Prices) {
    let line = |at: usize| text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
    let mut llms: Vec<Llm> = first.into_iter().collect();
    let mut prices = Prices::default();
    let written: Written = match toml::from_str(text) {
        Ok(written) => written,
        Err(error) => {
            let at = error.span().map_or(1, |span| line(span.start));
            problems.push(format!("{FILE}:{at} {}", error.message().trim_end().replace('\n', " ")));
            return (llms, prices);
        }
    };
    for model in written.model {
        let at = line(model.span().start);
        match endpoint(model.into_inner(), usual, env) {
            Ok(llm) if llms.iter().any(|other| other.name == llm.name) => {
                problems
                    .push(format!("{FILE}:{at} name: {} is there already; give one of them another name", llm.name));
            }
            Ok(llm) => llms.push(llm),
            Err((field, why)) => problems.push(format!("{FILE}:{at} {field}: {why}")),
        }
    }
    if llms.len() > MOST {
        problems.push(format!("{FILE}: there are more than {MOST} models"));
    }
    for price in written.price {
        let at = line(price.span().start);
        let WrittenPrice { model: name, prompt, cached, completion } = price.into_inner();
        if !llms.iter().any(|llm| llm.name == name) {
            problems.push(format!("{FILE}:{at} model: there is no model of the name {name:?}"));
        }
        if prices.0.contains_key(&name) {
            problems.push(format!("{FILE}:{at} model: {name} has a price already"));
        }
        let (prompt, completion) = (prompt.micros(), completion.micros());
        let cached = cached.map_or(prompt, |amount| amount.micros());
        match (prompt, cached, completion) {
            (Some(prompt), Some(cached), Some(completion)) => {
                prices.0.insert(name, Price { prompt, cached, completion });
            }
            _ => problems.push(format!("{FILE}:{at} prompt: amounts are yuan, such as \"0.8\"")),
        }
    }
    (llms, prices)
}

fn endpoint(model: Model, usual: &Llm, env: &dyn Fn(&str) -> Option<String>) -> Result<Llm, (&'static str, String)> {
    let name = model.name.unwrap_or_else(|| model.model.clone());
    let is_name = |name: &str| (1..=80).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if !is_name(&model.model) || !is_name(&name) {
        return Err(("name", "a name has 1 to 80 characters".into()));
    }
    if !model.base_url.starts_with("https://") && !model.base_url.starts_with("http://") {
        return Err(("base_url", "https://… or http://… is needed".into()));
    }
    let key = match (model.key, model.key_variable) {
        (Some(_), Some(_)) => return Err(("key", "one of key and key_variable is enough".into())),
        (Some(key), None) => Some(key),
        (None, Some(variable)) => match env(&variable).filter(|key| !key.trim().is_empty()) {
            Some(key) => Some(key),
            None => return Err(("key_variable", format!("the variable {variable} is not set"))),
        },
        (None, None) => None,
    };
    let time = |ms: Option<u64>, usual: Duration| match ms {
        Some(ms) if !(100..=120_000).contains(&ms) => Err(("timeout", "100 to 120000 ms is needed".to_owned())),
        Some(ms) => Ok(Duration::from_millis(ms)),
        None => Ok(usual),
    };
    Ok(Llm {
        api_key: key.map(|key| Secret::new(key.trim())),
        base_url: model.base_url.trim_end_matches('/').into(),
        model: model.model,
        name,
        connect_timeout: time(model.connect_timeout_ms, usual.connect_timeout)?,
        first_byte_timeout: time(model.first_byte_timeout_ms, usual.first_byte_timeout)?,
        idle_timeout: time(model.idle_timeout_ms, usual.idle_timeout)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual() -> Llm {
        Llm {
            api_key: None,
            base_url: "https://first.example/v1".into(),
            model: "first".into(),
            name: "first".into(),
            connect_timeout: Duration::from_secs(2),
            first_byte_timeout: Duration::from_secs(8),
            idle_timeout: Duration::from_secs(6),
        }
    }

    fn look(text: &str) -> (Vec<Llm>, Prices, Vec<String>) {
        let env = |name: &str| (name == "BACKUP_API_KEY").then(|| "sk-canary".to_owned());
        let mut problems = Vec::new();
        let (llms, prices) = read(text, Some(usual()), &usual(), &env, &mut problems);
        (llms, prices, problems)
    }

    #[test]
    fn further_models_come_after_the_first() {
        let (llms, prices, problems) = look(
            "[[model]]\nmodel = \"qwen-plus\"\nname = \"backup\"\nbase_url = \"https://llm.example/v1/\"\n\
             key_variable = \"BACKUP_API_KEY\"\nfirst_byte_timeout_ms = 5000\n\
             [[model]]\nmodel = \"small\"\nbase_url = \"http://127.0.0.1:1/v1\"\n\
             [[price]]\nmodel = \"first\"\nprompt = 2\ncompletion = 8.5\n[[price]]\nmodel = \"backup\"\nprompt = \"0.8\"\ncached = \"0.2\"\ncompletion = \"2\"\n",
        );
        assert_eq!(problems, [""; 0]);
        let names: Vec<_> = llms.iter().map(|llm| (llm.name.as_str(), llm.model.as_str())).collect();
        assert_eq!(names, [("first", "first"), ("backup", "qwen-plus"), ("small", "small")]);
        assert_eq!(llms[1].base_url, "https://llm.example/v1");
        assert_eq!(llms[1].first_byte_timeout, Duration::from_secs(5));
        assert_eq!(llms[1].api_key.as_ref().map(Secret::expose), Some("sk-canary"));
        assert!(!format!("{llms:?}").contains("canary"));
        assert_eq!(prices.0["first"], Price { prompt: 2_000_000, cached: 2_000_000, completion: 8_500_000 });
        assert_eq!(prices.0["backup"], Price { prompt: 800_000, cached: 200_000, completion: 2_000_000 });
    }

    #[test]
    fn each_mistake_is_a_line_without_a_key() {
        for (text, expected) in [
            ("[[model]]\n", "models.toml:1 missing field"),
            ("[[model]]\nmodel = \"m\"\nbase_url = \"llm\"\n", "models.toml:1 base_url: https://…"),
            (
                "\n[[model]]\nmodel = \"m\"\nbase_url = \"http://a\"\nkey_variable = \"NONE\"\n",
                "models.toml:2 key_variable",
            ),
            (
                "[[model]]\nmodel = \"first\"\nbase_url = \"http://a\"\nkey = \"sk-canary\"\n",
                "models.toml:1 name: first",
            ),
            ("[[model]]\nmodel = \"m\"\nbase_url = \"http://a\"\nkey = \"sk-canary\"\nkind = 3\n", "models.toml:"),
            ("[[price]]\nmodel = \"other\"\nprompt = 1\ncompletion = 1\n", "models.toml:1 model: there is no model"),
            ("[[price]]\nmodel = \"first\"\nprompt = \"1e3\"\ncompletion = 1\n", "models.toml:1 prompt: amounts"),
            ("[[price]]\nmodel = \"first\"\nprompt = -1\ncompletion = 1\n", "models.toml:"),
            ("nonsense", "models.toml:1"),
        ] {
            let (_, _, problems) = look(text);
            assert!(problems.first().is_some_and(|line| line.starts_with(expected)), "{text:?}: {problems:?}");
            assert!(!problems.concat().contains("canary"), "{problems:?}");
        }
    }
}
