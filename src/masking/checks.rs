//! Check digits and shapes by which documents and cards are told from other numbers.

/// The first two digits of a mainland identity number: its province.
const PROVINCES: [u8; 35] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71, 81, 82, 83,
];

/// The digits of an 18-digit identity number but the last, and that one (10 is X): province, birth date and check
/// digit fit (GB 11643).
pub(super) fn is_identity(digits: &[u8], last: u8) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: [u8; 11] = [1, 0, 10, 9, 8, 7, 6, 5, 4, 3, 2];
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    looks_like_identity(digits) && CHECK[(sum % 11) as usize] == last
}

/// The first 17 digits hold a province and a birth date.
pub(super) fn looks_like_identity(digits: &[u8]) -> bool {
    digits.len() == 17
        && PROVINCES.contains(&two(digits, 0))
        && matches!(two(digits, 6), 19 | 20)
        && is_date(two(digits, 10), two(digits, 12))
}

/// The old identity number of 15 digits.
pub(super) fn is_old_identity(digits: &[u8]) -> bool {
    digits.len() == 15 && PROVINCES.contains(&two(digits, 0)) && is_date(two(digits, 8), two(digits, 10))
}

/// The issuer's first digits and the check digit (ISO/IEC 7812) of a payment card.
pub(super) fn is_card(digits: &[u8]) -> bool {
    let n = digits.len();
    let issued = match digits {
        [6, 2, ..] => (16..=19).contains(&n),
        [3, 4 | 7, ..] => n == 15,
        [4, ..] | [5, 1..=5, ..] | [3, 5, ..] | [6, ..] | [2, 2..=7, ..] => n == 16,
        // Debit cards from before the common prefix.
        [9, 5, 5, ..] => n == 19,
        _ => false,
    };
    issued && luhn(digits)
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u32::from(*digit) * 2) {
            (0, _) => u32::from(*digit),
            (_, twice) if twice > 9 => twice - 9,
            (_, twice) => twice,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// An identity number of Taiwan, of citizens and residents: a letter and nine digits, in upper case.
pub(super) fn is_taiwan_identity(token: &[u8]) -> bool {
    // The letters' values, in their order.
    const LETTERS: [u32; 26] =
        [10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29, 32, 30, 31, 33];
    let [letter @ b'A'..=b'Z', sex @ (b'1' | b'2' | b'8' | b'9'), rest @ ..] = token else { return false };
    if rest.len() != 8 || !rest.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let value = LETTERS[usize::from(letter - b'A')];
    let digits = std::iter::once(sex).chain(rest).map(|byte| u32::from(byte - b'0'));
    let sum: u32 = digits.zip([8, 7, 6, 5, 4, 3, 2, 1, 1]).map(|(digit, weight)| digit * weight).sum();
    (value / 10 + value % 10 * 9 + sum).is_multiple_of(10)
}

/// An identity number of Hong Kong without brackets: one or two letters, six digits, a check digit or A.
pub(super) fn is_hong_kong_identity(token: &[u8]) -> bool {
    let letters = token.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let Some((last, number)) = token.split_last() else { return false };
    if !matches!(letters, 1 | 2) || token.len() != letters + 7 || !number[letters..].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let check = match last {
        b'0'..=b'9' => u32::from(last - b'0'),
        b'A' => 10,
        _ => return false,
    };
    // A missing first letter counts as a blank.
    let first = if letters == 1 { 36 * 9 } else { 0 };
    let value = |byte: &u8| if byte.is_ascii_digit() { u32::from(byte - b'0') } else { u32::from(byte - b'A') + 10 };
    let weights = (2..=9).rev().skip(2 - letters);
    let sum: u32 = number.iter().zip(weights).map(|(byte, weight)| value(byte) * weight).sum();
    (first + sum + check).is_multiple_of(11)
}

fn two(digits: &[u8], at: usize) -> u8 {
    match digits.get(at..at + 2) {
        Some([tens, ones]) => tens * 10 + ones,
        _ => 0,
    }
}

fn is_date(month: u8, day: u8) -> bool {
    (1..=12).contains(&month) && (1..=31).contains(&day)
}
