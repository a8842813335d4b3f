//! Runs of digits as people write them: full-width, in Chinese characters, with spaces, dots and dashes between.

/// The value of a digit in any of these scripts.
pub(super) fn digit(c: char) -> Option<u8> {
    Some(match c {
        '0'..='9' => c as u8 - b'0',
        '０'..='９' => (c as u32 - '０' as u32) as u8,
        '①'..='⑨' => (c as u32 - '①' as u32) as u8 + 1,
        '〇' | '零' | '○' | '⓪' => 0,
        '一' | '壹' | '幺' => 1,
        '二' | '贰' | '貳' => 2,
        '三' | '叁' | '參' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// Digits that nothing stands between, or nothing that is seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    /// Where it stands in the text, in bytes.
    pub start: usize,
    pub end: usize,
    /// Its digits among those of the run.
    pub from: usize,
    pub to: usize,
}

impl Group {
    pub fn len(&self) -> usize {
        self.to - self.from
    }
}

/// Groups with at most three separators between each two.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub digits: Vec<u8>,
    pub groups: Vec<Group>,
}

/// The runs of a text with at least `least` digits, in their order.
pub(super) fn runs(text: &str, least: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut run = Run::default();
    let mut separators = 0;
    for (at, c) in text.char_indices() {
        if let Some(value) = digit(c) {
            run.digits.push(value);
            let (end, to) = (at + c.len_utf8(), run.digits.len());
            match run.groups.last_mut().filter(|_| separators == 0) {
                Some(group) => (group.end, group.to) = (end, to),
                None => run.groups.push(Group { start: at, end, from: to - 1, to }),
            }
            separators = 0;
        } else if is_invisible(c) {
            // Nobody sees it, so it parts nothing.
        } else if is_separator(c) && separators < 3 && !run.groups.is_empty() {
            separators += 1;
        } else if !run.groups.is_empty() {
            keep(&mut runs, &mut run, least);
            separators = 0;
        }
    }
    keep(&mut runs, &mut run, least);
    runs
}

fn keep(runs: &mut Vec<Run>, run: &mut Run, least: usize) {
    if run.digits.len() >= least {
        runs.push(std::mem::take(run));
    } else {
        run.digits.clear();
        run.groups.clear();
    }
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{a0}'
            | '\u{3000}'
            | '-'
            | '‐'
            | '‑'
            | '–'
            | '—'
            | '－'
            | '.'
            | '·'
            | '•'
            | '_'
            | '('
            | ')'
            | '（'
            | '）'
    )
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}
