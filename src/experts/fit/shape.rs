//! Body shapes: a letter from bust, waist and hip, or from a buyer's or merchant's word. Never spoken of to a buyer
//! but in the merchant's own text for it.

use serde::Serialize;

/// Apple, pear, inverted triangle, hourglass, straight, and none of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Shape {
    O,
    A,
    V,
    X,
    H,
    N,
}

const WORDS: [(Shape, &[&str]); 6] = [
    (Shape::O, &["o", "apple", "苹果", "蘋果"]),
    (Shape::A, &["a", "pear", "梨", "spoon", "triangle"]),
    (Shape::V, &["v", "inverted", "倒三角", "y"]),
    (Shape::X, &["x", "hourglass", "沙漏"]),
    (Shape::H, &["h", "straight", "rectangle", "直筒", "矩形"]),
    (Shape::N, &["n", "standard", "normal", "标准", "標準"]),
];

impl Shape {
    /// From bust, waist and hip in cm; the first rule that holds (domain facts, C.1).
    pub fn of(bust: f64, waist: f64, hip: f64) -> Self {
        let drop = bust - waist;
        match () {
            () if drop <= 8.0 && hip - waist <= 12.0 => Self::O,
            () if hip - bust >= 9.0 => Self::A,
            () if bust - hip >= 1.0 => Self::V,
            () if drop >= 19.0 => Self::X,
            () if drop >= 14.0 => Self::N,
            () => Self::H,
        }
    }

    /// From a word or letter: `pear`, `梨形`, `A`, `A型`.
    pub fn of_word(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase();
        let letter = word.trim_end_matches(['型', '形', '体', '體']);
        let is_named = |names: &[&str]| {
            names
                .iter()
                .any(|name| letter == *name || (name.chars().count() > 1 || *name == "梨") && word.contains(name))
        };
        // An inverted triangle is a triangle too.
        if is_named(WORDS[2].1) {
            return Some(Self::V);
        }
        WORDS.iter().find(|(_, names)| is_named(names)).map(|(shape, _)| *shape)
    }

    pub fn letter(self) -> &'static str {
        match self {
            Self::O => "O",
            Self::A => "A",
            Self::V => "V",
            Self::X => "X",
            Self::H => "H",
            Self::N => "N",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_follow_from_three_girths() {
        for (girths, expected) in [
            ([84.0, 68.0, 90.0], Shape::N),
            ([90.0, 84.0, 94.0], Shape::O),
            ([84.0, 64.0, 95.0], Shape::A),
            ([86.0, 64.0, 90.0], Shape::X),
            ([92.0, 70.0, 88.0], Shape::V),
            ([84.0, 74.0, 90.0], Shape::H),
        ] {
            assert_eq!(Shape::of(girths[0], girths[1], girths[2]), expected, "{girths:?}");
        }
    }

    #[test]
    fn shapes_have_words() {
        for (word, expected) in [
            ("梨形", Some(Shape::A)),
            ("梨型身材", Some(Shape::A)),
            ("A", Some(Shape::A)),
            ("H型", Some(Shape::H)),
            ("蘋果型", Some(Shape::O)),
            ("倒三角形", Some(Shape::V)),
            ("inverted triangle", Some(Shape::V)),
            ("straight & narrow", Some(Shape::H)),
            ("athletic", None),
            ("", None),
        ] {
            assert_eq!(Shape::of_word(word), expected, "{word}");
        }
    }
}
