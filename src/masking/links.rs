//! Links in what people write: their letters and figures say nothing of the person.

use std::borrow::Cow;

/// How a link begins.
const BEGINNINGS: [&str; 3] = ["http://", "https://", "www."];

/// A text with blanks in the place of its links, so that all else stays where it is.
pub fn without_links(text: &str) -> Cow<'_, str> {
    let begins =
        |rest: &str| BEGINNINGS.iter().any(|b| rest.get(..b.len()).is_some_and(|head| head.eq_ignore_ascii_case(b)));
    let mut out = String::new();
    let mut kept = 0;
    for (at, c) in text.char_indices() {
        if at < kept || !matches!(c, 'h' | 'H' | 'w' | 'W') || !begins(&text[at..]) {
            continue;
        }
        // A link has no Chinese letters; what follows it without a blank is read.
        let len = text[at..].find(|c: char| !c.is_ascii_graphic()).unwrap_or(text.len() - at);
        out.push_str(&text[kept..at]);
        out.extend(std::iter::repeat_n(' ', len));
        kept = at + len;
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[kept..]);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_become_blanks() {
        for (text, expected) in [
            ("这个好看吗 https://example.com/a?b=1", "这个好看吗"),
            ("HTTPS://example.com/165 这款，我165", "这款，我165"),
            ("看www.example.com/48这个", "看                  这个"),
            ("what is how", "what is how"),
        ] {
            let read = without_links(text);
            assert_eq!(read.trim(), expected, "{text}");
            assert_eq!(read.len(), text.len(), "all else stays where it is");
        }
    }
}
