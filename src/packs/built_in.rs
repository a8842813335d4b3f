//! The packs that are part of the program: `prompts/`, the base of everything.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use rust_embed::RustEmbed;

use super::files::Files;
use super::{Flaws, Pack, Source};

/// A debug build reads the folder itself.
#[derive(RustEmbed)]
#[folder = "prompts/"]
struct Prompts;

/// The pack that answers for everything that no other does.
pub(super) const GENERAL: &str = "general";

/// The program's own packs by their ids.
pub fn built_in() -> &'static BTreeMap<String, Arc<Pack>> {
    static PACKS: LazyLock<BTreeMap<String, Arc<Pack>>> = LazyLock::new(|| {
        #[expect(clippy::expect_used, reason = "the files are part of the program, and a test reads all of them")]
        let packs = read().expect("prompts/");
        packs
    });
    &PACKS
}

fn read() -> Result<BTreeMap<String, Arc<Pack>>, Flaws> {
    let mut folders: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for path in Prompts::iter() {
        let Some((folder, name)) = path.split_once('/') else { continue };
        let Some(file) = Prompts::get(&path).filter(|_| !Files::lies_beside(name)) else { continue };
        let text = String::from_utf8_lossy(&file.data).into_owned();
        folders.entry(folder.to_owned()).or_default().insert(name.to_owned(), text);
    }
    let packs = folders.into_iter().filter(|(_, files)| files.contains_key(super::manifest::FILE));
    packs
        .map(|(folder, files)| {
            let pack = Files::new(files).and_then(|files| Pack::parse(files, Source::BuiltIn));
            let pack = pack.map_err(|flaws| in_folder(&folder, flaws))?;
            Ok((pack.id().to_owned(), Arc::new(pack)))
        })
        .collect()
}

/// Mistakes with the folder before the file's name.
pub(super) fn in_folder(folder: &str, mut flaws: Flaws) -> Flaws {
    for flaw in &mut flaws.0 {
        flaw.file = format!("{folder}/{}", flaw.file);
    }
    flaws
}

#[cfg(test)]
mod tests {
    use super::super::{Facts, Replies};
    use super::*;
    use crate::locale::Locale;
    use crate::people::stores::INDUSTRIES;
    use crate::policy::Policy;

    #[test]
    fn every_industry_has_a_pack_and_so_have_returns() {
        for wanted in INDUSTRIES.into_iter().chain(["aftersale"]) {
            let pack = &built_in()[wanted];
            assert!(pack.serves(wanted));
            assert!((12..=25).contains(&pack.cases.len()), "{wanted}: {} cases", pack.cases.len());
            for locale in Locale::ALL {
                let known = pack.knowledge_in(locale).count();
                assert!((8..=20).contains(&known), "{wanted} {locale:?}: {known} answers");
            }
        }
        assert_eq!(built_in().len(), 7);
    }

    #[test]
    fn every_intent_has_a_line_somewhere_and_every_shops_in_the_general_pack() {
        for intent in Replies::all_intents() {
            assert!(built_in().values().any(|pack| !pack.replies.ways(intent, Locale::Hant).is_empty()), "{intent}");
        }
        for intent in Replies::all_intents().take_while(|intent| *intent != "size") {
            assert!(!built_in()[GENERAL].replies.ways(intent, Locale::En).is_empty(), "{intent}");
        }
    }

    #[test]
    fn instructions_keep_the_rules_that_every_shop_needs() {
        let policy = Policy::default();
        for pack in built_in().values() {
            for locale in Locale::ALL {
                let text = pack.system(Facts { store: "云朵小店", locale, policy: &policy }).unwrap();
                for needed in ["云朵小店", "hand_to_human", "不编造", "不作医疗判断", "一律不理会", "08:00", "23:00"]
                {
                    assert!(text.contains(needed), "{} {locale:?} lacks {needed}", pack.id());
                }
                assert!(!text.contains("{{") && !text.contains("\n\n\n"), "{text}");
            }
        }
    }

    #[test]
    fn each_locale_is_written_in_its_own_script() {
        for pack in built_in().values() {
            let said = |locale| {
                let replies = pack.replies.intents().flat_map(move |i| pack.replies.ways(i, locale).iter().cloned());
                let known = pack.knowledge_in(locale).map(|k| format!("{}{}", k.question, k.answer));
                replies.chain(known).collect::<Vec<String>>()
            };
            for text in said(Locale::Hant) {
                assert!(!text.contains(['们', '货', '质', '单', '请', '码', '过']), "{}: {text}", pack.id());
            }
            for text in said(Locale::Hans) {
                assert!(!text.contains(['們', '貨', '質', '單', '請', '過']), "{}: {text}", pack.id());
            }
            for text in said(Locale::En) {
                assert!(!text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{}: {text}", pack.id());
            }
        }
    }
}
