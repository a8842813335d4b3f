//! The products that a text names: by SKU, by name, or by a part of a name that only one product has. Pure.

use std::collections::HashMap;

use crate::db::product::Product;
use crate::experts::knowledge::normalise;

/// The fewest characters of a Chinese part of a name that stands for the whole; a brand mostly has fewer.
const PART: usize = 4;

/// The names of a store's products, made once, so that looking for them costs the length of the text and not of the
/// catalogue.
#[derive(Default)]
pub(super) struct Names {
    /// By the two characters that a name begins with.
    by_beginning: HashMap<(char, char), Vec<Name>>,
}

struct Name {
    /// As it is compared: normalised, without blanks unless it is a SKU.
    text: String,
    sku: String,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Part,
    Whole,
    Sku,
}

impl Names {
    pub fn of<'p>(products: impl Iterator<Item = &'p Product>) -> Self {
        let mut names = Self::default();
        for product in products {
            let name = normalise(&product.name);
            names.add(normalise(&product.sku), &product.sku, What::Sku);
            names.add(squeezed(&name), &product.sku, What::Whole);
            for part in name.split_whitespace().filter(|part| is_telling(part)) {
                names.add(part.to_owned(), &product.sku, What::Part);
            }
        }
        names
    }

    fn add(&mut self, text: String, sku: &str, what: What) {
        if let Some(beginning) = beginning(&text) {
            self.by_beginning.entry(beginning).or_default().push(Name { text, sku: sku.to_owned(), what });
        }
    }

    /// The SKU of the one product that is named: SKUs before names, whole names before parts, the longer before the
    /// shorter. `None` where several are named alike.
    pub fn named_in(&self, text: &str) -> Option<&str> {
        if self.by_beginning.is_empty() {
            return None;
        }
        let text = normalise(text);
        let close = squeezed(&text);
        let mut best: Option<(&Name, bool)> = None;
        for name in self.beginning_in(&text).chain(self.beginning_in(&close)) {
            let is_there = match name.what {
                What::Sku => stands_apart(&text, &name.text),
                What::Whole | What::Part => close.contains(&name.text),
            };
            if !is_there {
                continue;
            }
            let rank = |name: &Name| (name.what, name.text.len());
            best = match best {
                Some((held, _)) if rank(held) > rank(name) => best,
                Some((held, is_one)) if rank(held) == rank(name) => Some((held, is_one && held.sku == name.sku)),
                _ => Some((name, true)),
            };
        }
        best.filter(|(_, is_one)| *is_one).map(|(name, _)| name.sku.as_str())
    }

    fn beginning_in<'t>(&self, text: &'t str) -> impl Iterator<Item = &Name> + use<'_, 't> {
        let pairs = text.chars().zip(text.chars().skip(1));
        pairs.filter_map(|pair| self.by_beginning.get(&pair)).flatten()
    }
}

fn beginning(text: &str) -> Option<(char, char)> {
    let mut chars = text.chars();
    Some((chars.next()?, chars.next()?))
}

fn is_telling(part: &str) -> bool {
    part.chars().count() >= PART && part.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether a word stands in a text, with no letter or figure on either side.
fn stands_apart(text: &str, word: &str) -> bool {
    let is_of_word = |c: char| c.is_ascii_alphanumeric();
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        !before.ends_with(is_of_word) && !after.starts_with(is_of_word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::imports;

    #[test]
    fn a_product_is_named_in_many_ways() {
        let (file, text) = crate::demo::PRODUCTS;
        let products: Vec<Product> =
            imports::read::<Product>(file, text.as_bytes()).rows.into_iter().map(|(_, product)| product).collect();
        let names = Names::of(products.iter());
        for (text, expected) in [
            ("棉小屿 收腰连衣裙多少钱", Some("AP-DRESS-01")),
            ("收腰连衣裙有货吗", Some("AP-DRESS-01")),
            ("收腰連衣裙有貨嗎", Some("AP-DRESS-01")),
            ("ge-kettle-01 还有吗", Some("GE-KETTLE-01")),
            ("GE-KETTLE-011 还有吗", None),
            ("全价成犬粮多少钱", None),
            ("爪噗噗 全价成犬粮 15kg 多少钱", Some("PE-DOG-15")),
            ("全价成犬粮 2.5kg", None),
            ("电热水壶能退吗", Some("GE-KETTLE-01")),
            ("连衣裙", None),
            ("棉小屿的衣服", None),
            ("", None),
        ] {
            assert_eq!(names.named_in(text), expected, "{text}");
        }
    }
}
