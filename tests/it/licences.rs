//! Whoever ships this program may do so under permissive terms alone: everything that it is built from allows that.

use std::process::Command;

/// Permissive, without conditions on the works that use them.
const PERMISSIVE: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Accepted for one crate each, with the reason.
const EXCEPTIONS: [(&str, &str); 2] = [
    // Its conditions cover its own files, which are used unchanged.
    ("option-ext", "MPL-2.0"),
    // The certificate authorities' list is data.
    ("webpki-roots", "CDLA-Permissive-2.0"),
];

#[test]
fn every_dependency_is_permissive() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--edges", "normal,build,dev", "--prefix", "none", "--format", "{p}\t{l}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).expect("cargo prints UTF-8");
    assert!(tree.lines().count() > 100, "the dependencies were not listed:\n{tree}");
    let complaints = complaints(&tree);
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// The lines `name v1.2.3<tab>licence` whose licence is not accepted.
fn complaints(tree: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in tree.lines() {
        let (package, licence) = line.split_once('\t').expect("a tab stands between package and licence");
        // A repeated package is marked instead of listed again.
        let licence = licence.trim_end_matches(" (*)");
        let name = package.split(' ').next().unwrap_or(package);
        if !accepted(licence) && !EXCEPTIONS.contains(&(name, licence)) {
            found.push(format!("{package} is licensed under `{licence}`"));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Whether an SPDX expression leaves a permissive choice; the old `A/B` means `A OR B`.
fn accepted(licence: &str) -> bool {
    let licence = licence.trim();
    let choices = split_outside_brackets(&licence.replace('/', " OR "), " OR ");
    if choices.len() > 1 {
        return choices.iter().any(|choice| accepted(choice));
    }
    let parts = split_outside_brackets(licence, " AND ");
    if parts.len() > 1 {
        return parts.iter().all(|part| accepted(part));
    }
    match licence.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inside) => accepted(inside),
        None => PERMISSIVE.contains(&licence),
    }
}

fn split_outside_brackets(text: &str, word: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if depth == 0 && rest.starts_with(word) {
            parts.push(String::new());
            rest = &rest[word.len()..];
            continue;
        }
        depth += i32::from(c == '(') - i32::from(c == ')');
        parts.last_mut().expect("there is always one").push(c);
        rest = &rest[c.len_utf8()..];
    }
    parts
}

#[test]
fn what_is_not_permissive_is_noticed() {
    let tree = "good v1.0.0\tMIT\nbad v2.0.0\tGPL-2.0-or-later\noption-ext v0.2.0\tMPL-2.0\n\
                mpl v1.0.0\tMPL-2.0 (*)\nnone v1.0.0\t";
    assert_eq!(
        complaints(tree),
        [
            "bad v2.0.0 is licensed under `GPL-2.0-or-later`",
            "mpl v1.0.0 is licensed under `MPL-2.0`",
            "none v1.0.0 is licensed under ``"
        ]
    );
}

#[test]
fn expressions_are_understood() {
    for fine in ["MIT OR GPL-3.0", "MIT/Apache-2.0", "(MIT OR Apache-2.0) AND Unicode-3.0", "GPL-2.0 OR MIT AND Zlib"] {
        assert!(accepted(fine), "{fine}");
    }
    for wrong in ["MIT AND GPL-3.0", "(MIT OR Apache-2.0) AND AGPL-3.0", "GPL-2.0 OR (MIT AND LGPL-2.1)", "MITX"] {
        assert!(!accepted(wrong), "{wrong}");
    }
}
