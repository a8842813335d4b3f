//! Figures as they are written: `160`, `1.65`, `一百六十五`, `一六五`, `百六`, `1百6`, `16o`.

/// A figure and how it was written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number {
    pub value: f64,
    /// Digits before the point; a long row of them is no measure.
    pub digits: u32,
    pub has_point: bool,
    /// 47 to 48 (四十七八): how much more it may be.
    pub spread: f64,
    /// Its length in characters.
    pub len: usize,
}

/// The figure at the beginning of `chars`.
pub(super) fn read(chars: &[char]) -> Option<Number> {
    let first = *chars.first()?;
    if first.is_ascii_digit() {
        let is_mixed = chars.get(1).is_some_and(|c| matches!(c, '百' | '十')) && !first.eq(&'0');
        return if is_mixed { chinese(chars) } else { digits(chars) };
    }
    if digit(first).is_some() || scale(first).is_some() { chinese(chars) } else { None }
}

fn digits(chars: &[char]) -> Option<Number> {
    let mut len = chars.iter().take_while(|c| c.is_ascii_digit()).count();
    let mut text: String = chars[..len].iter().collect();
    // The letter beside the nought.
    if (2..=3).contains(&len) && chars.get(len) == Some(&'o') {
        let next = chars.get(len + 1);
        if next.is_none_or(|c| !c.is_ascii_alphabetic() || matches!(c, 'c' | 'k')) {
            text.push('0');
            len += 1;
        }
    }
    let digits = text.len() as u32;
    let fraction = chars.get(len + 1..).map_or(0, |rest| rest.iter().take_while(|c| c.is_ascii_digit()).count());
    let mut has_point = false;
    if fraction > 0 && is_point(chars, len, fraction, &text) {
        text.push('.');
        text.extend(&chars[len + 1..=len + fraction]);
        len += 1 + fraction;
        has_point = true;
    }
    Some(Number { value: text.parse().ok()?, digits, has_point, spread: 0.0, len })
}

/// Whether what stands after the first digits is a decimal point: `.`, or a slip for it before metres (`1,65米`).
fn is_point(chars: &[char], len: usize, fraction: usize, whole: &str) -> bool {
    match chars[len] {
        // A second point makes it a date or an address.
        '.' => chars.get(len + 1 + fraction).is_none_or(|c| *c != '.') || fraction > 2,
        ',' | '。' | '，' => {
            let after = chars[len + 1 + fraction..].iter().find(|c| **c != ' ');
            whole == "1" && fraction <= 2 && matches!(after, Some('米' | 'm'))
        }
        _ => false,
    }
}

/// Chinese figures. Several without a scale are digits one by one (`一六五`); one after a scale is a tenth of it
/// (`一百一` is 110). Two that follow each other are a span of them: `四十七八`, `七八十`, `一百二三`.
fn chinese(chars: &[char]) -> Option<Number> {
    let (mut total, mut last, mut last_scale) = (0_f64, None::<f64>, 0_f64);
    let (mut row, mut has_scale, mut has_zero, mut len) = (String::new(), false, false, 0);
    let mut spread = 0.0;
    while let Some(c) = chars.get(len) {
        let next = chars.get(len + 1);
        if let Some(value) = digit(*c).or_else(|| c.to_digit(10)) {
            let follows = last.is_some_and(|last| last > 0.0 && f64::from(value) == last + 1.0);
            if follows && spread == 0.0 && (has_scale || row.len() == 1 && next == Some(&'十')) {
                let of_next = next.and_then(|c| scale(*c)).filter(|scale| !has_scale || *scale < last_scale);
                spread = of_next.unwrap_or(if last_scale >= 100.0 && !has_zero { last_scale / 10.0 } else { 1.0 });
                len += 1;
                continue;
            }
            // Two digits one after the other end a figure with scales.
            if has_scale && last.is_some() && !(has_zero && last == Some(0.0)) {
                break;
            }
            has_zero |= value == 0;
            last = Some(f64::from(value));
            row.push(char::from_digit(value, 10)?);
        } else if let Some(value) = scale(*c) {
            // 千克, 千瓦: a unit.
            if value == 1_000.0 && next.is_some_and(|n| matches!(n, '克' | '瓦')) || (!has_scale && row.len() > 1) {
                break;
            }
            total += last.take().unwrap_or(1.0) * value;
            (last_scale, has_scale, has_zero) = (value, true, false);
        } else {
            break;
        }
        len += 1;
    }
    let mut value = match (has_scale, last) {
        (false, _) => row.parse().ok()?,
        (true, Some(d)) if last_scale >= 100.0 && !has_zero => total + d * last_scale / 10.0,
        (true, last) => total + last.unwrap_or(0.0),
    };
    let mut has_point = false;
    if chars.get(len) == Some(&'点') && chars.get(len + 1).is_some_and(|c| digit(*c).is_some()) {
        let places: String = chars[len + 1..].iter().map_while(|c| char::from_digit(digit(*c)?, 10)).collect();
        len += 1 + places.len();
        value += format!("0.{places}").parse::<f64>().ok()?;
        has_point = true;
    }
    let digits = if has_scale { value.max(1.0).log10() as u32 + 1 } else { row.len() as u32 };
    Some(Number { value, digits, has_point, spread, len })
}

fn digit(c: char) -> Option<u32> {
    Some(match c {
        '零' | '〇' => 0,
        '一' | '壹' | '幺' => 1,
        '二' | '贰' | '两' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

fn scale(c: char) -> Option<f64> {
    match c {
        '十' | '拾' => Some(10.0),
        '百' | '佰' => Some(100.0),
        '千' | '仟' => Some(1_000.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_figures_that_follow_each_other_are_a_span() {
        for (text, from, to, len) in [
            ("四十七八公斤", 47.0, 48.0, 4),
            ("七八十斤", 70.0, 80.0, 3),
            ("一百二三十斤", 120.0, 130.0, 5),
            ("一百二三", 120.0, 130.0, 4),
            ("一百零二三斤", 102.0, 103.0, 5),
            ("一六五", 165.0, 165.0, 3),
            ("五六", 56.0, 56.0, 2),
        ] {
            let chars: Vec<char> = text.chars().collect();
            let number = read(&chars).unwrap();
            assert_eq!((number.value, number.value + number.spread, number.len), (from, to, len), "{text}");
        }
    }

    #[test]
    fn figures_are_read_as_they_are_spoken() {
        for (text, value, len) in [
            ("160cm", 160.0, 3),
            ("1.65米", 1.65, 4),
            ("1,65米", 1.65, 4),
            ("16o cm", 160.0, 3),
            ("160,48", 160.0, 3),
            ("一百六十五厘米", 165.0, 5),
            ("一百六", 160.0, 3),
            ("百六", 160.0, 2),
            ("一百零五斤", 105.0, 4),
            ("一百一十来斤", 110.0, 4),
            ("一百二十斤", 120.0, 4),
            ("二十五", 25.0, 3),
            ("十五", 15.0, 2),
            ("两百斤", 200.0, 2),
            ("一六五", 165.0, 3),
            ("五十二点五", 52.5, 5),
            ("五十千克", 50.0, 2),
            ("1百6", 160.0, 3),
            ("壹佰贰拾", 120.0, 4),
            ("2026.01.15", 2026.0, 4),
        ] {
            let chars: Vec<char> = text.chars().collect();
            let number = read(&chars).unwrap();
            assert_eq!((number.value, number.len), (value, len), "{text}");
        }
    }
}
