//! Rust source as the rules see it: the code without comments, texts and unit tests, and the texts apart.

use std::collections::HashSet;

const TESTS_ALONE: &str = "#[cfg(test)]";

/// A file of the tree, by its path from the top of the project.
pub struct SourceFile {
    pub path: String,
    pub text: String,
}

pub struct Reading {
    /// The file with comments, texts and `#[cfg(test)]` items blanked out; every line keeps its number.
    pub code: String,
    /// What stands between quotes, with its line.
    pub texts: Vec<(usize, String)>,
}

pub fn read(file: &SourceFile) -> Reading {
    let mut reader = Reader { chars: file.text.chars().collect(), code: Vec::new(), texts: Vec::new() };
    reader.blank_comments_and_texts();
    reader.blank_tests();
    let Reader { code, texts, .. } = reader;
    let texts = texts.into_iter().map(|(at, text)| (line_of(&code, at), text)).collect();
    Reading { code: code.into_iter().collect(), texts }
}

/// The files that are compiled for tests alone: `#[cfg(test)] mod name;` stands in another file.
pub fn for_tests_alone(files: &[SourceFile]) -> HashSet<String> {
    let mut found = HashSet::new();
    for file in files {
        let folder = match file.path.rsplit_once('/') {
            Some((folder, "mod.rs" | "lib.rs" | "main.rs")) => folder.to_owned(),
            _ => file.path.trim_end_matches(".rs").to_owned(),
        };
        for (at, mark) in file.text.match_indices(TESTS_ALONE) {
            let item = file.text[at + mark.len()..].split(['{', ';']).next().unwrap_or_default().trim();
            if let Some(name) = item.strip_prefix("mod ") {
                found.extend([format!("{folder}/{name}.rs"), format!("{folder}/{name}/mod.rs")]);
            }
        }
    }
    found
}

/// The lines of `code` that hold `words`, where they are not part of a longer name.
pub fn lines_with(code: &str, words: &str) -> Vec<usize> {
    code.lines().enumerate().filter(|(_, line)| has_words(line, words)).map(|(number, _)| number + 1).collect()
}

fn has_words(line: &str, words: &str) -> bool {
    let inside_a_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(words).any(|(at, _)| {
        let starts_alone = !line[..at].ends_with(inside_a_name);
        let may_go_on = !words.ends_with(inside_a_name);
        starts_alone && (may_go_on || !line[at + words.len()..].starts_with(inside_a_name))
    })
}

fn line_of(code: &[char], at: usize) -> usize {
    code[..at].iter().filter(|&&c| c == '\n').count() + 1
}

struct Reader {
    chars: Vec<char>,
    code: Vec<char>,
    /// With the place where each begins.
    texts: Vec<(usize, String)>,
}

impl Reader {
    fn blank_comments_and_texts(&mut self) {
        while let Some(&c) = self.chars.get(self.code.len()) {
            let at = self.code.len();
            let next = self.chars.get(at + 1).copied();
            match (c, next) {
                ('/', Some('/')) => self.blank_to(self.find(at, &['\n'])),
                ('/', Some('*')) => self.blank_to(self.end_of_comment(at)),
                ('"', _) => self.take_text(at + 1, self.end_of_text(at)),
                ('r', Some('"' | '#')) if !self.inside_name(at) => self.take_raw_text(at),
                // A character, or else a lifetime.
                ('\'', Some('\\')) => self.blank_to(self.find(at + 3, &['\'']) + 1),
                ('\'', _) if self.chars.get(at + 2) == Some(&'\'') => self.blank_to(at + 3),
                _ => self.code.push(c),
            }
        }
    }

    /// `r"…"`, `br#"…"#`; a raw name like `r#type` stays.
    fn take_raw_text(&mut self, at: usize) {
        let hashes = self.chars[at + 1..].iter().take_while(|&&c| c == '#').count();
        let open = at + 1 + hashes;
        if self.chars.get(open) != Some(&'"') {
            self.code.push('r');
            return;
        }
        let close: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
        self.take_text(open + 1, self.find(open + 1, &close) + hashes);
    }

    /// Blanks a text up to its last quote, and keeps what it says.
    fn take_text(&mut self, from: usize, last: usize) {
        let last = last.min(self.chars.len());
        let says = self.chars[from.min(last)..last].iter().collect::<String>();
        self.texts.push((self.code.len(), says.trim_end_matches(['#', '"']).to_owned()));
        self.blank_to(last + 1);
    }

    fn blank_to(&mut self, end: usize) {
        let from = self.code.len();
        let end = end.min(self.chars.len());
        self.code.extend(self.chars[from..end].iter().map(|&c| if c == '\n' { c } else { ' ' }));
    }

    fn end_of_comment(&self, from: usize) -> usize {
        let (mut at, mut depth) = (from, 0);
        loop {
            match (self.chars.get(at), self.chars.get(at + 1)) {
                (Some('/'), Some('*')) => (at, depth) = (at + 2, depth + 1),
                (Some('*'), Some('/')) if depth == 1 => return at + 2,
                (Some('*'), Some('/')) => (at, depth) = (at + 2, depth - 1),
                (None, _) => return at,
                _ => at += 1,
            }
        }
    }

    /// The place of the quote that ends the text.
    fn end_of_text(&self, from: usize) -> usize {
        let mut at = from + 1;
        while let Some(&c) = self.chars.get(at) {
            match c {
                '"' => return at,
                '\\' => at += 2,
                _ => at += 1,
            }
        }
        at
    }

    fn find(&self, from: usize, what: &[char]) -> usize {
        let from = from.min(self.chars.len());
        let found = self.chars[from..].windows(what.len()).position(|window| window == what);
        found.map_or(self.chars.len(), |place| from + place)
    }

    /// Whether the character goes on a name, so that the `r` of `var` begins no raw text. `br"` and `cr"` do.
    fn inside_name(&self, at: usize) -> bool {
        let name: String = self.chars[..at].iter().rev().take_while(|c| c.is_alphanumeric() || **c == '_').collect();
        !matches!(name.as_str(), "" | "b" | "c")
    }

    /// Blanks what is compiled for tests alone, and forgets its texts.
    fn blank_tests(&mut self) {
        let mark: Vec<char> = TESTS_ALONE.chars().collect();
        while let Some(start) = self.code.windows(mark.len()).position(|window| window == mark) {
            let end = self.end_of_item(start + mark.len());
            for c in &mut self.code[start..end] {
                if *c != '\n' {
                    *c = ' ';
                }
            }
            self.texts.retain(|(at, _)| !(start..end).contains(at));
        }
    }

    /// The end of the item that begins here: its `;`, or the brace that closes its first one.
    fn end_of_item(&self, from: usize) -> usize {
        let mut braces = 0;
        for (offset, c) in self.code[from..].iter().enumerate() {
            match c {
                ';' if braces == 0 => return from + offset + 1,
                '{' => braces += 1,
                '}' if braces == 1 => return from + offset + 1,
                '}' => braces -= 1,
                _ => {}
            }
        }
        self.code.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(text: &str) -> Reading {
        read(&SourceFile { path: "src/a.rs".into(), text: text.into() })
    }

    #[test]
    fn comments_and_texts_are_no_code() {
        let read = reading("a(\"x // \\\" y\"); // use crate::b\n/* c /* d */ e */ f('\"', '\\'', 'g')");
        assert_eq!(read.code.split_whitespace().collect::<Vec<_>>(), ["a(", ");", "f(", ",", ",", ")"]);
        assert_eq!(read.texts, [(1, "x // \\\" y".to_owned())]);
    }

    #[test]
    fn raw_texts_may_hold_quotes_and_names_may_end_in_r() {
        let read = reading("let var = r#\"one \"two\" three\"#;\nlet r#type = br\"four\"; &'static str; tail");
        assert_eq!(read.texts, [(1, "one \"two\" three".to_owned()), (2, "four".to_owned())]);
        assert!(read.code.contains("let r#type") && read.code.contains("&'static str; tail"));
    }

    #[test]
    fn unit_tests_are_left_out_and_lines_keep_their_numbers() {
        let read =
            reading("one\n#[cfg(test)]\nmod tests {\n fn a() { \"gone\" }\n}\n#[cfg(test)]\nuse x;\ntwo \"kept\"");
        assert_eq!(read.code.split_whitespace().collect::<Vec<_>>(), ["one", "two"]);
        assert_eq!(read.texts, [(8, "kept".to_owned())]);
        assert_eq!(lines_with(&read.code, "two"), [8]);
    }

    #[test]
    fn files_of_unit_tests_are_known() {
        let file = |path: &str, text: &str| SourceFile { path: path.into(), text: text.into() };
        let files =
            [file("src/a/mod.rs", "mod b;\n#[cfg(test)]\nmod c;\n#[cfg(test)]\nmod d { }"), file("src/e.rs", "")];
        let found = for_tests_alone(&files);
        assert!(found.contains("src/a/c.rs") && !found.contains("src/a/b.rs"), "{found:?}");
    }

    #[test]
    fn words_are_whole_names() {
        assert_eq!(lines_with("hyper::x\nmy_hyper::x\nhyperion::x", "hyper::"), [1]);
        assert_eq!(lines_with("query(\nquery_as(\nsubquery(", "query"), [1]);
    }
}
