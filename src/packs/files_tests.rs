use std::collections::BTreeMap;
use std::fs;

use super::*;

fn files(list: &[(&str, &str)]) -> Result<Files, Flaws> {
    Files::new(list.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
}

#[test]
fn only_names_of_a_pack_are_taken() {
    for good in
        ["pack.toml", "system.md", "replies.zh-Hant.toml", "knowledge/a.md", "knowledge/a.en.md", "cases/x-1.toml"]
    {
        assert!(files(&[(good, "x")]).is_ok(), "{good}");
    }
    for (bad, why) in [
        ("../pack.toml", "no such file"),
        ("knowledge/../../etc/passwd.md", "no such file"),
        ("knowledge/../system.md", "no such file"),
        ("/etc/passwd", "no such file"),
        ("knowledge\\a.md", "no such file"),
        ("knowledge/a/b.md", "no such file"),
        ("knowledge/.md", "no such file"),
        ("cases/a.toml\0", "no such file"),
        ("Pack.toml", "no such file"),
        ("replies.zh-TW.toml", "zh-TW is no locale"),
        ("knowledge/a.zh-CN.md", "zh-CN is no locale"),
        ("script.sh", "no such file"),
    ] {
        let flaws = files(&[(bad, "x")]).unwrap_err();
        assert!(flaws.to_string().contains(why), "{bad}: {flaws}");
        assert_eq!((flaws.0[0].line, flaws.0[0].column), (1, 1));
    }
}

#[test]
fn sizes_are_bounded() {
    let huge = "x".repeat(MAX_FILE + 1);
    assert!(files(&[("system.md", &huge)]).unwrap_err().to_string().starts_with("system.md:1:1: a file has at most"));
    let many = (0..=MAX_FILES).map(|n| (format!("knowledge/k{n}.md"), String::new())).collect();
    assert!(Files::new(many).unwrap_err().to_string().contains("at most 200 files"));
    let full = "x".repeat(MAX_FILE);
    let heavy: BTreeMap<String, String> = (0..9).map(|n| (format!("knowledge/k{n}.md"), full.clone())).collect();
    assert!(Files::new(heavy).unwrap_err().to_string().contains("at most 2097152 bytes"));
}

#[test]
fn the_hash_is_of_names_and_words_alone() {
    let one = files(&[("pack.toml", "a\nb\n"), ("system.md", "c")]).unwrap();
    let windows = files(&[("system.md", "c"), ("pack.toml", "\u{feff}a\r\nb\r\n")]).unwrap();
    assert_eq!(one.hash(), windows.hash());
    assert_eq!(one.hash().len(), 64);
    for other in [[("pack.toml", "a\nb\n"), ("system.md", "d")], [("pack.toml", "a\nb\nc"), ("system.md", "")]] {
        assert_ne!(one.hash(), files(&other).unwrap().hash());
    }
}

#[test]
fn a_folder_gives_its_own_files_alone() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("knowledge")).unwrap();
    for (name, text) in [
        ("pack.toml", "a"),
        ("knowledge/a.md", "b"),
        (".hidden", "x"),
        ("README.md", "x"),
        ("lines.en.toml", "x"),
        ("knowledge/.draft.md.swp", "x"),
    ] {
        fs::write(at(name), text).unwrap();
    }
    let names: BTreeMap<String, String> = Files::read(folder.path()).unwrap().into();
    assert_eq!(names.into_keys().collect::<Vec<_>>(), ["knowledge/a.md", "pack.toml"]);

    fs::write(at("system.md"), [0x61, 0x0a, 0xff]).unwrap();
    assert_eq!(Files::read(folder.path()).unwrap_err().to_string(), "system.md:2:1: this is not UTF-8");
    fs::write(at("system.md"), "x".repeat(MAX_FILE + 1)).unwrap();
    assert!(Files::read(folder.path()).unwrap_err().to_string().starts_with("system.md:1:1: a file has at most"));
    fs::remove_file(at("system.md")).unwrap();
    fs::write(at("run.sh"), "x").unwrap();
    assert!(Files::read(folder.path()).unwrap_err().to_string().starts_with("run.sh:1:1: a pack has no such file"));
}

#[test]
#[cfg(unix)]
fn symbolic_links_are_refused_wherever_they_lead() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pack.toml"), "a").unwrap();
    fs::create_dir(folder.path().join("cases")).unwrap();
    for link in ["system.md", "knowledge", "cases/a.toml"] {
        symlink("/etc/hostname", folder.path().join(link)).unwrap();
        let flaws = Files::read(folder.path()).unwrap_err();
        assert!(flaws.to_string().starts_with(&format!("{link}:1:1: a symbolic link")), "{flaws}");
        fs::remove_file(folder.path().join(link)).unwrap();
    }
    assert!(Files::read(folder.path()).is_ok());
}
