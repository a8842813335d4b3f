//! `src/lib.rs` lists the modules in reading order, and each imports only from those above it. So there is no
//! ring, and a newcomer can read from the top.

use super::source::{SourceFile, for_tests_alone, read};

/// Imports of modules that stand further down in `src/lib.rs`.
pub fn complaints(files: &[SourceFile]) -> Vec<String> {
    let order = reading_order(files);
    let place = |module: &str| order.iter().position(|name| name == module);
    let tests = for_tests_alone(files);
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !tests.contains(&file.path)) {
        let Some(own) = top_module(&file.path) else { continue };
        let Some(own_place) = place(&own) else {
            found.push(format!("{}: src/lib.rs does not list `{own}`", file.path));
            continue;
        };
        for (line, used) in imports(file) {
            let at = format!("{}:{line}", file.path);
            match place(&used) {
                Some(used_place) if used_place > own_place => found.push(format!(
                    "{at}: `{own}` uses `{used}`, which src/lib.rs lists further down. Which idea is missing, or \
                     which piece lives in the wrong module?"
                )),
                Some(_) => {}
                None => found.push(format!("{at}: `crate::{used}` is no module of src/lib.rs; name where it lives")),
            }
        }
    }
    found
}

/// The modules of `src/lib.rs` from the top.
fn reading_order(files: &[SourceFile]) -> Vec<String> {
    let Some(lib) = files.iter().find(|file| file.path == "src/lib.rs") else { return Vec::new() };
    let code = read(lib).code;
    let names = code.split(';').filter_map(|item| {
        let name = item.rsplit_once("mod ")?.1.trim();
        (!name.contains(char::is_whitespace)).then(|| name.to_owned())
    });
    names.collect()
}

/// `conversation` for `src/conversation/post.rs` and `clock` for `src/clock.rs`. The roots of library and program have
/// no place in the order.
fn top_module(path: &str) -> Option<String> {
    let inside = path.strip_prefix("src/")?.strip_suffix(".rs")?;
    (!matches!(inside, "lib" | "main")).then(|| inside.split('/').next().unwrap_or(inside).to_owned())
}

/// The top-level modules that a file names, by `crate::` or by enough `super::`, each with its line.
fn imports(file: &SourceFile) -> Vec<(usize, String)> {
    let code = read(file).code;
    let depth = file.path.trim_start_matches("src/").trim_end_matches("/mod.rs").split('/').count();
    let mut found = Vec::new();
    let mut after = |root: &str| {
        for (at, _) in code.match_indices(root) {
            let before = code[..at].chars().next_back();
            // Part of a longer name, of a longer chain of `super`, or a macro's own `$crate`.
            if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | ':')) {
                continue;
            }
            let line = code[..at].lines().count().max(1);
            found.extend(first_names(&code[at + root.len()..]).into_iter().map(|name| (line, name)));
        }
    };
    after("crate::");
    after(&"super::".repeat(depth));
    found.retain(|(_, name)| name != "super");
    found
}

/// The first names of a path or of a group of paths: `a` for `a::b`; `a` and `c` for `{a::{b}, c}`.
fn first_names(code: &str) -> Vec<String> {
    let Some(group) = code.trim_start().strip_prefix('{') else { return first_name(code).into_iter().collect() };
    let mut names = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.extend(first_name(&group[start..at]));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names
}

/// Nothing for a macro: those have an order of their own, which the compiler keeps.
fn first_name(path: &str) -> Option<String> {
    let path = path.trim_start();
    let end = path.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(path.len());
    (end > 0 && !path[end..].starts_with('!')).then(|| path[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::tree;
    use super::*;

    const LIB: (&str, &str) = ("src/lib.rs", "pub mod ids; // The words.\nmod db;\n#[macro_use]\npub mod desk;");

    fn complaints_about(path: &str, text: &str) -> usize {
        complaints(&tree(&[LIB, (path, text)])).len()
    }

    #[test]
    fn a_ring_is_noticed() {
        let files = tree(&[LIB, ("src/db/mod.rs", "use crate::desk::Queue;"), ("src/desk.rs", "use crate::db::Db;")]);
        let found = complaints(&files);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("src/db/mod.rs:1: `db` uses `desk`"), "{found:?}");
    }

    #[test]
    fn groups_and_paths_in_code_count() {
        assert_eq!(complaints_about("src/db/events.rs", "use crate::{ids::{A, B}, desk::{C, D}};"), 1);
        assert_eq!(complaints_about("src/db/events.rs", "use crate::{\n    ids,\n    desk,\n};"), 1);
        assert_eq!(complaints_about("src/ids.rs", "fn f(x: &crate::db::Db) -> crate::desk::Seat {}"), 2);
    }

    #[test]
    fn super_can_reach_the_top_too() {
        assert_eq!(complaints_about("src/db/mod.rs", "use super::desk::Queue;"), 1);
        assert_eq!(complaints_about("src/db/events.rs", "use super::super::desk::Queue;"), 1);
        assert_eq!(complaints_about("src/db/events.rs", "use super::desk_rows::Queue;"), 0);
    }

    #[test]
    fn imports_from_above_pass_and_so_do_tests_comments_and_macros() {
        assert_eq!(complaints_about("src/desk.rs", "use crate::{db::Db, ids::A}; use crate::desk::x;"), 0);
        let quiet = "// crate::desk\n#[cfg(test)]\nmod tests { use crate::desk::Queue; }\ncrate::run!(x); $crate::desk";
        assert_eq!(complaints_about("src/db/mod.rs", quiet), 0);
        let with_tests = ("src/db/mod.rs", "#[cfg(test)]\nmod tests;");
        let files = tree(&[LIB, with_tests, ("src/db/tests.rs", "use crate::desk::Queue;")]);
        assert!(complaints(&files).is_empty());
    }

    #[test]
    fn what_is_not_listed_is_noticed() {
        assert_eq!(complaints_about("src/stray.rs", ""), 1);
        assert_eq!(complaints_about("src/desk.rs", "use crate::Db;"), 1);
    }
}
