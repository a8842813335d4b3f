//! What a disk may hold after the power went: everything that a completed sync covers, and of the rest a random half.

use std::collections::BTreeMap;

use super::trace::{Act, Step};
use crate::support::chance::Chance;

/// The files of one folder, by name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// How what was not synced gets lost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Loss {
    /// A write survives whole or not at all.
    Writes,
    /// Each sector of a write survives for itself.
    Sectors,
}

const SECTOR: usize = 512;

/// Makes images for crash points that only go forward.
pub struct Disk<'a> {
    steps: &'a [Step],
    /// The line from which each step is safe.
    safe_from: Vec<usize>,
    /// What was there before, and all steps before `next`, which are safe.
    base: Files,
    next: usize,
}

impl<'a> Disk<'a> {
    /// `before`: what was safely there when the recording began.
    pub fn new(before: Files, steps: &'a [Step]) -> Self {
        Self { steps, safe_from: safe_from(steps), base: before, next: 0 }
    }

    /// The files after a crash right after line `crash` of the recording.
    pub fn image(&mut self, crash: usize, loss: Loss, chance: &mut Chance) -> Files {
        while self.steps.get(self.next).is_some_and(|step| step.ended <= crash) && self.safe_from[self.next] <= crash {
            apply(&mut self.base, &self.steps[self.next].act);
            self.next += 1;
        }
        let mut files = self.base.clone();
        let rest = self.steps.iter().zip(&self.safe_from).skip(self.next);
        for (step, &safe_from) in rest.take_while(|(step, _)| step.began <= crash) {
            match &step.act {
                act if safe_from <= crash => apply(&mut files, act),
                Act::Write { file, at, bytes } if loss == Loss::Sectors => {
                    // Sectors are counted from the file's beginning, as on the disk.
                    let mut from = 0;
                    while from < bytes.len() {
                        let to = bytes.len().min(from + SECTOR - (at + from) % SECTOR);
                        if chance.half() {
                            write(&mut files, file, at + from, &bytes[from..to]);
                        }
                        from = to;
                    }
                }
                act if chance.half() => apply(&mut files, act),
                _ => {}
            }
        }
        files
    }
}

/// For each step the end of the first sync of its file that began after it; never, where there is none.
fn safe_from(steps: &[Step]) -> Vec<usize> {
    let syncs: Vec<(&str, usize, usize)> = steps
        .iter()
        .filter_map(|step| match &step.act {
            Act::Sync { file } => Some((file.as_str(), step.began, step.ended)),
            _ => None,
        })
        .collect();
    let first_after = |file: &str, ended: usize| {
        let begins_later = syncs.partition_point(|(_, began, _)| *began < ended);
        syncs[begins_later..].iter().filter(|sync| sync.0 == file).map(|sync| sync.2).min().unwrap_or(usize::MAX)
    };
    let places = steps.iter().map(|step| match &step.act {
        Act::Write { file, .. } | Act::Resize { file, .. } => first_after(file, step.ended),
        // SQLite syncs the folder when this matters; nothing depends on it here.
        Act::Sync { .. } | Act::Remove { .. } | Act::Say { .. } => step.ended,
    });
    places.collect()
}

fn apply(files: &mut Files, act: &Act) {
    match act {
        Act::Write { file, at, bytes } => write(files, file, *at, bytes),
        Act::Resize { file, length } => files.entry(file.clone()).or_default().resize(*length, 0),
        Act::Remove { file } => {
            files.remove(file);
        }
        Act::Sync { .. } | Act::Say { .. } => {}
    }
}

fn write(files: &mut Files, file: &str, at: usize, bytes: &[u8]) {
    if !files.contains_key(file) {
        files.insert(file.to_owned(), Vec::new());
    }
    let contents = files.get_mut(file).expect("it was put there");
    // What was never written reads as zeros.
    if contents.len() < at + bytes.len() {
        contents.resize(at + bytes.len(), 0);
    }
    contents[at..at + bytes.len()].copy_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(place: usize, act: Act) -> Step {
        Step { began: place, ended: place, act }
    }

    fn write_at(place: usize, at: usize, byte: u8, length: usize) -> Step {
        step(place, Act::Write { file: "f".into(), at, bytes: vec![byte; length] })
    }

    /// The distinct images of a crash, in many tries.
    fn images(steps: &[Step], crash: usize, loss: Loss) -> Vec<Files> {
        let mut found: Vec<Files> =
            (0..64).map(|seed| Disk::new(Files::new(), steps).image(crash, loss, &mut Chance::seeded(seed))).collect();
        found.sort();
        found.dedup();
        found
    }

    fn file(bytes: &[u8]) -> Files {
        Files::from([("f".to_owned(), bytes.to_vec())])
    }

    #[test]
    fn a_synced_write_is_always_there_and_another_half_of_the_time() {
        let steps = [write_at(0, 0, 1, 2), step(1, Act::Sync { file: "f".into() }), write_at(2, 2, 2, 2)];
        assert_eq!(images(&steps, 0, Loss::Writes), [Files::new(), file(&[1, 1])]);
        assert_eq!(images(&steps, 1, Loss::Writes), [file(&[1, 1])]);
        assert_eq!(images(&steps, 2, Loss::Writes), [file(&[1, 1]), file(&[1, 1, 2, 2])]);
    }

    #[test]
    fn a_sync_that_had_begun_before_the_write_ended_promises_nothing() {
        let sync = Step { began: 1, ended: 3, act: Act::Sync { file: "f".into() } };
        let late = Step { began: 0, ended: 2, act: Act::Write { file: "f".into(), at: 0, bytes: vec![1] } };
        assert_eq!(images(&[late, sync], 9, Loss::Writes), [Files::new(), file(&[1])]);
    }

    #[test]
    fn a_sync_of_another_file_promises_nothing() {
        let steps = [write_at(0, 0, 1, 1), step(1, Act::Sync { file: "g".into() })];
        assert_eq!(images(&steps, 1, Loss::Writes).len(), 2);
    }

    #[test]
    fn a_later_write_may_survive_an_earlier_one_and_leaves_zeros() {
        let steps = [write_at(0, 0, 1, 1), write_at(1, 1, 2, 1)];
        assert_eq!(images(&steps, 1, Loss::Writes), [Files::new(), file(&[0, 2]), file(&[1]), file(&[1, 2])]);
    }

    #[test]
    fn a_write_can_tear_between_sectors() {
        let steps = [write_at(0, 500, 1, 24)];
        let torn = images(&steps, 0, Loss::Sectors);
        assert_eq!(torn.len(), 4, "before and after byte 512, each there or not");
        assert_eq!(images(&steps, 0, Loss::Writes).len(), 2);
    }

    #[test]
    fn going_forward_gives_the_same_as_starting_over() {
        let mut steps = Vec::new();
        for place in 0..40 {
            steps.push(match place % 5 {
                4 => step(place, Act::Sync { file: "f".into() }),
                3 if place % 2 == 0 => step(place, Act::Resize { file: "f".into(), length: place }),
                _ => write_at(place, place % 7, place as u8, 3),
            });
        }
        let mut disk = Disk::new(Files::new(), &steps);
        for crash in 0..40 {
            let forward = disk.image(crash, Loss::Writes, &mut Chance::seeded(9));
            assert_eq!(forward, Disk::new(Files::new(), &steps).image(crash, Loss::Writes, &mut Chance::seeded(9)));
        }
    }
}
