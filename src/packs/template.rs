//! `system.md`: the model's instructions as a strict template.
//!
//! It knows a closed list of names, all of them the store's own; nothing that a buyer wrote can stand in it. A name
//! that is not on the list is a mistake when the pack is checked, not an empty place when it speaks.

use std::collections::BTreeSet;
use std::io::{self, Write};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

use super::flaw::{Flaw, Flaws};
use super::manifest::Manifest;
use crate::locale::Locale;
use crate::policy::Policy;

/// The name of the file.
pub(super) const FILE: &str = "system.md";
/// Bytes of the template.
const MAX_TEXT: usize = 32 * 1024;
/// Bytes of what it renders to.
const MAX_RENDERED: usize = 64 * 1024;
/// Instructions that rendering may take: a template of ours takes a few hundred.
const FUEL: u64 = 20_000;

/// A template that was rendered for every locale and found good.
#[derive(Clone)]
pub struct Template {
    env: Environment<'static>,
}

/// What a template may name.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Facts<'a> {
    /// The store's name.
    pub store: &'a str,
    /// `zh-Hans`, `zh-Hant` or `en`: how the buyer writes.
    pub locale: Locale,
    /// All numbers of the store's policy, by their sections.
    pub policy: &'a Policy,
}

impl Template {
    /// `manifest` gives the template its tone and its limits.
    pub(super) fn parse(text: &str, manifest: &Manifest) -> Result<Self, Flaws> {
        if text.trim().is_empty() {
            return Err(Flaw::of_file(FILE, "this is empty").into());
        }
        if text.len() > MAX_TEXT {
            return Err(Flaw::of_file(FILE, format!("a template has at most {MAX_TEXT} bytes")).into());
        }
        check_tags(text)?;
        // Empty: no filters and functions, so that what a template can do is what it can say.
        let mut env = Environment::empty();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        env.set_fuel(Some(FUEL));
        // A line that holds only a tag leaves no empty line behind.
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        env.set_syntax(syntax.map_err(|e| Flaws::from(flaw_of(text, &e)))?);
        env.add_template_owned(FILE, text.to_owned()).map_err(|e| Flaws::from(flaw_of(text, &e)))?;
        let template = Self { env };
        template.check_names(text, manifest)?;
        let policy = Policy::default();
        for locale in Locale::ALL {
            let sample = Facts { store: "小二的店", locale, policy: &policy };
            template.render(manifest, sample).map_err(|e| Flaws::from(flaw_of(text, &e)))?;
        }
        Ok(template)
    }

    /// The instructions; the same facts give the same bytes.
    pub(super) fn render(&self, manifest: &Manifest, facts: Facts<'_>) -> Result<String, minijinja::Error> {
        let mut out = Bounded(Vec::new());
        self.env.get_template(FILE)?.render_captured_to(context(manifest, facts), &mut out)?;
        Ok(String::from_utf8_lossy(&out.0).trim().to_owned())
    }

    /// Every name in the text, also where no sample leads, must be on the list.
    fn check_names(&self, text: &str, manifest: &Manifest) -> Result<(), Flaws> {
        let policy = Policy::default();
        let known = context(manifest, Facts { store: "", locale: Locale::Hans, policy: &policy });
        let template = self.env.get_template(FILE).map_err(|e| Flaws::from(flaw_of(text, &e)))?;
        let used: BTreeSet<String> = template.undeclared_variables(true).into_iter().collect();
        let mut flaws = Flaws::default();
        for path in used {
            let mut value = known.clone();
            let mut names = path.split('.');
            let unknown = names.find(|name| {
                value = value.get_attr(name).unwrap_or_default();
                value.is_undefined()
            });
            if let Some(name) = unknown {
                let at = text.find(&path).map_or(0, |at| at + path.find(name).unwrap_or(0));
                flaws.0.push(Flaw::at(FILE, text, at, format!("there is no {path}; {}", names_of(&known))));
            }
        }
        // `{store}` is how the lines of replies are written; here it would reach the model as it stands.
        for name in known.try_iter().into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)) {
            let single = format!("{{{name}}}");
            if let Some(at) = text.match_indices(&single).map(|(at, _)| at).find(|at| !text[..*at].ends_with('{')) {
                let why = format!("{single} is written {{{{ {name} }}}} here");
                flaws.0.push(Flaw::at(FILE, text, at, why));
            }
        }
        flaws.or(())
    }
}

/// Only conditions and loops: with assignments a short text could double itself forty times.
fn check_tags(text: &str) -> Result<(), Flaw> {
    const TAGS: [&str; 6] = ["if", "elif", "else", "endif", "for", "endfor"];
    for (at, _) in text.match_indices("{%") {
        let tag: String = text[at + 2..]
            .trim_start_matches(['-', '+'])
            .trim_start()
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect();
        if !TAGS.contains(&tag.as_str()) {
            return Err(Flaw::at(FILE, text, at, format!("a template has no {tag:?}, only if and for")));
        }
    }
    Ok(())
}

fn context(manifest: &Manifest, Facts { store, locale, policy }: Facts<'_>) -> Value {
    Value::from(Serde(serde_json::json!({
        "store": store,
        "locale": locale,
        "tone": manifest.tone,
        "reply_chars": manifest.limits.reply_chars,
        "policy": policy,
    })))
}

fn names_of(known: &Value) -> String {
    let names: Vec<String> = known.try_iter().into_iter().flatten().map(|name| name.to_string()).collect();
    format!("a template knows {}", names.join(", "))
}

fn flaw_of(text: &str, error: &minijinja::Error) -> Flaw {
    let why = match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    };
    if let Some(range) = error.range() {
        return Flaw::at(FILE, text, range.start, why);
    }
    Flaw { line: error.line().unwrap_or(1), ..Flaw::of_file(FILE, why) }
}

/// Takes so much and no more.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_RENDERED {
            return Err(io::Error::other(format!("it renders to more than {MAX_RENDERED} bytes")));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
