//! How long a file may be and what a module may be called.

use super::source::SourceFile;

/// Near this, ask which second thing has moved in.
const MOST_LINES: usize = 400;

/// Names that say nothing of what is inside.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "helpers", "helper", "common", "misc"];

pub fn long_files(files: &[SourceFile]) -> Vec<String> {
    let written = files.iter().filter(|file| !is_generated(file));
    let long = written.map(|file| (file, file.text.lines().count())).filter(|(_, lines)| *lines > MOST_LINES);
    let complaints =
        long.map(|(file, lines)| format!("{}: {lines} lines; which second thing has moved in?", file.path));
    complaints.collect()
}

pub fn empty_names(files: &[SourceFile]) -> Vec<String> {
    let named_so = |file: &&SourceFile| {
        file.path.split('/').any(|part| EMPTY_NAMES.contains(&part.split('.').next().unwrap_or(part)))
    };
    files.iter().filter(named_so).map(|file| format!("{}: name the thing that it is about", file.path)).collect()
}

/// The pages' types are written by a test.
fn is_generated(file: &SourceFile) -> bool {
    file.path.ends_with("/types.ts")
}

#[cfg(test)]
mod tests {
    use super::super::tree;
    use super::*;

    #[test]
    fn a_long_file_is_noticed() {
        let long = "x\n".repeat(MOST_LINES + 1);
        let just_right = "x\n".repeat(MOST_LINES);
        let files = tree(&[
            ("src/a.rs", &long),
            ("web/console/src/desk.tsx", &long),
            ("web/protocol/src/types.ts", &long),
            ("src/b.rs", &just_right),
        ]);
        let found = long_files(&files);
        assert_eq!(found.len(), 2);
        assert!(found[0].starts_with("src/a.rs: 401 lines"), "{found:?}");
    }

    #[test]
    fn a_name_that_says_nothing_is_noticed() {
        let files =
            tree(&[("src/desk/utils.rs", ""), ("src/common/mod.rs", ""), ("web/widget/src/helpers.test.ts", "")]);
        assert_eq!(empty_names(&files).len(), 3);
        assert_eq!(empty_names(&tree(&[("src/miscarriage.rs", ""), ("src/desk/commonplace.rs", "")])).len(), 0);
    }
}
