//! Runs the mutants: `make mutants`.

#![expect(clippy::print_stdout, reason = "this is a program for people, run by hand")]

use std::time::Instant;

use super::list::{Mutant, mutants};
use super::scratch::Scratch;

/// What came of a mutant.
enum Fate {
    /// A test failed, as it should.
    Noticed,
    /// It hung, which nobody overlooks either.
    Hung,
    /// Every test passed: the guarantee has no test.
    Missed,
    DoesNotCompile,
    /// The tests fail or are not there without the mistake already.
    NothingToTell(String),
}

#[test]
fn every_mutant_is_noticed() {
    let scratch = Scratch::renewed();
    assert!(scratch.build().success(), "the unchanged program does not compile");
    // All before the first change, because each change costs a compilation.
    let mutants = mutants();
    let troubles: Vec<Option<String>> = mutants.iter().map(|mutant| trouble_without(&scratch, mutant)).collect();
    let (mut passed, mut failed) = (0, 0);
    for (mutant, trouble) in mutants.iter().zip(troubles) {
        let began = Instant::now();
        let fate = match trouble {
            Some(trouble) => Fate::NothingToTell(trouble),
            None => fate(&scratch, mutant),
        };
        let (good, says) = match fate {
            Fate::Noticed => (true, "noticed".to_owned()),
            Fate::Hung => (true, "noticed, by hanging".to_owned()),
            Fate::Missed => (false, "MISSED: every test passed".to_owned()),
            Fate::DoesNotCompile => (false, "DOES NOT COMPILE".to_owned()),
            Fate::NothingToTell(why) => (false, format!("NOTHING TO TELL: {why}")),
        };
        if good {
            passed += 1;
        } else {
            failed += 1;
        }
        let took = began.elapsed().as_secs();
        println!("{:4} {:45} {:40} {took:3} s  {says}", mutant.guarantee, mutant.name, mutant.test);
    }
    println!("\n{passed} passed, {failed} failed");
    assert_eq!(failed, 0, "some mistakes go unnoticed");
}

/// Why the mutant's tests could tell nothing.
fn trouble_without(scratch: &Scratch, mutant: &Mutant) -> Option<String> {
    let output = scratch.test(&mutant.test, mutant.engine, mutant.seconds);
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Some(format!("the tests fail without the mistake\n{said}"));
    }
    let some_ran = said.lines().any(|line| line.starts_with("running ") && !line.starts_with("running 0 "));
    (!some_ran).then(|| "there is no such test".to_owned())
}

fn fate(scratch: &Scratch, mutant: &Mutant) -> Fate {
    let right = scratch.read(&mutant.file);
    let wrong = match mutant.apply(&right) {
        Ok(wrong) => wrong,
        Err(why) => return Fate::NothingToTell(why),
    };
    scratch.write(&mutant.file, &wrong);
    let fate = if scratch.build().success() {
        match scratch.test(&mutant.test, mutant.engine, mutant.seconds).status.code() {
            Some(0) => Fate::Missed,
            // What `timeout` says of a command that it had to end.
            Some(124 | 137) => Fate::Hung,
            _ => Fate::Noticed,
        }
    } else {
        Fate::DoesNotCompile
    };
    scratch.write(&mutant.file, &right);
    fate
}
