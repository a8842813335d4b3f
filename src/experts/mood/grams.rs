//! What the mood's model looks at: runs of one to four neighbouring characters, each as the number of a bucket.

use crate::experts::knowledge::normalise;

/// Buckets of the model's table: 2 to the power of this.
pub const BITS: u32 = 19;
/// The longest run of characters.
const LONGEST: usize = 4;
/// A mood shows within this many characters; more would only cost time.
const READ: usize = 400;

/// The buckets of the grams in `text`, sorted, each once.
///
/// Script, width, case and the number of repeated marks do not matter; blanks and marks other than `!` and `?` are left
/// out. The trainer and the program must see the same buckets, so that both call this.
pub fn buckets(text: &str) -> Vec<u32> {
    let mut chars = vec!['\u{2}'];
    // Cut before the conversion as well: a stranger's text may be long, and each character becomes at most three.
    let head: String = text.chars().take(2 * READ).collect();
    for c in normalise(&head).chars() {
        let c = match c {
            '!' | '！' => '!',
            '?' | '？' => '?',
            c if c.is_alphanumeric() || (c as u32) >= 0x1_F000 => c,
            _ => continue,
        };
        // 哈哈哈哈哈 and !!!! say no more than three of them.
        let repeats = chars.iter().rev().take_while(|before| **before == c).count();
        if repeats < 3 {
            chars.push(c);
        }
        if chars.len() > READ {
            break;
        }
    }
    if chars.len() == 1 {
        return Vec::new();
    }
    chars.push('\u{3}');
    let mut found = Vec::with_capacity(LONGEST * chars.len());
    for start in 0..chars.len() {
        let mut hash = OFFSET;
        for (length, c) in chars[start..].iter().take(LONGEST).enumerate() {
            hash = step(hash, *c);
            // The two ends alone say nothing.
            if length > 0 || !c.is_control() {
                found.push(spread(hash) >> (32 - BITS));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The FNV-1a hash, a character at a time: the same on every machine and in every version of the program.
const OFFSET: u32 = 0x811C_9DC5;
const PRIME: u32 = 0x0100_0193;

fn step(hash: u32, c: char) -> u32 {
    (c as u32).to_le_bytes()[..3].iter().fold(hash, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(PRIME))
}

/// FNV's upper bits differ too little among short texts to be used as they are.
fn spread(hash: u32) -> u32 {
    let hash = (hash ^ (hash >> 16)).wrapping_mul(0x7FEB_352D);
    let hash = (hash ^ (hash >> 15)).wrapping_mul(0x846C_A68B);
    hash ^ (hash >> 16)
}
