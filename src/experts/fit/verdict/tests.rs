//! The verdict head on tables small enough for a test.

use super::*;

/// Garments whose number is divisible by 3 run small, those one above run large.
fn rows(count: usize) -> Vec<TryOn> {
    (0..count)
        .map(|n| {
            let lot = chance(n as u64, 1);
            let verdict = match (n % 3, lot < 0.6) {
                (0, true) => Verdict::Small,
                (1, true) => Verdict::Large,
                _ => Verdict::Fit,
            };
            row(n, n % 3, Some(verdict))
        })
        .collect()
}

fn row(n: usize, garment: usize, verdict: Option<Verdict>) -> TryOn {
    let lot = |salt| chance(n as u64, salt) as f32;
    TryOn {
        id: format!("r{n}"),
        user: format!("u{n}"),
        garment: format!("g{garment}"),
        category: "dress".into(),
        occasion: String::new(),
        size_code: 8.0,
        size_base: 8.0,
        length: try_on::Length::Regular,
        height_cm: Some(155.0 + 20.0 * lot(2)),
        weight_kg: (!n.is_multiple_of(4)).then_some(48.0 + 25.0 * lot(3)),
        age: None,
        band_in: None,
        cup: None,
        bust_cm: (!n.is_multiple_of(5)).then_some(82.0 + 15.0 * lot(4)),
        body_type: "pear".into(),
        day: None,
        verdict,
    }
}

#[test]
fn a_garment_that_runs_small_is_foretold_to() {
    let model = Model::learn(&rows(600), &mut |_, _, _| {});
    // Six in ten say so of the first two, and all of the third. With so few rows one body alone may be far off.
    for (garment, expected, share) in [(0, Verdict::Small, 0.6), (1, Verdict::Large, 0.6), (2, Verdict::Fit, 1.0)] {
        let strangers: Vec<TryOn> = (9_000..9_100).map(|n| row(n, garment, None)).collect();
        for foretell in [Model::foretell, Model::foretell_without_trees] {
            let foretold: Vec<[f32; 3]> = strangers.iter().map(|row| foretell(&model, row)).collect();
            assert!(foretold.iter().all(|p| (p.iter().sum::<f32>() - 1.0).abs() < 1e-5));
            let mean = foretold.iter().map(|p| p[expected as usize]).sum::<f32>() / foretold.len() as f32;
            assert!((mean - share).abs() < 0.12, "{garment}: {mean}");
        }
    }
}

#[test]
fn the_same_rows_give_the_same_model() {
    let rows = rows(300);
    let foretell = || Model::learn(&rows, &mut |_, _, _| {}).foretell(&row(9_999, 1, None));
    assert_eq!(foretell(), foretell());
}

#[test]
fn a_new_try_on_counts_at_once() {
    let mut model = Model::learn(&rows(600), &mut |_, _, _| {});
    let stranger = row(9_999, 77, None);
    let mut last = model.foretell(&stranger)[Verdict::Small as usize];
    for n in [1, 4, 16] {
        for each in 0..n {
            model.add(&row(10_000 + 100 * n + each, 77, Some(Verdict::Small)));
        }
        let now = model.foretell(&stranger)[Verdict::Small as usize];
        assert!(now > last, "after {n} more it is {now} and was {last}");
        last = now;
    }
    assert!(last > 0.6, "{last}");
    model.add(&row(20_000, 77, None));
    assert_eq!(model.foretell(&stranger)[Verdict::Small as usize], last, "without a verdict it teaches nothing");
}

#[test]
fn what_was_added_is_as_what_was_learned_with() {
    let (all, mut early) = (rows(600), rows(600));
    let late = early.split_off(594);
    let learned = Model::learn(&all, &mut |_, _, _| {});
    let mut added = Model::learn(&early, &mut |_, _, _| {});
    late.iter().for_each(|row| added.add(row));
    let of = |model: &Model| model.foretell_without_trees(&row(9_999, 0, None));
    for (one, other) in of(&learned).iter().zip(of(&added)) {
        assert!((one - other).abs() < 0.02, "{one} {other}");
    }
}

#[test]
fn tables_with_nothing_to_learn_do_no_harm() {
    for rows in
        [vec![row(1, 1, Some(Verdict::Fit))], vec![row(1, 1, Some(Verdict::Small)), row(2, 2, Some(Verdict::Small))]]
    {
        let foretold = Model::learn(&rows, &mut |_, _, _| {}).foretell(&row(3, 3, None));
        assert!(foretold.iter().all(|p| (0.0..=1.0).contains(p)), "{foretold:?}");
    }
}

#[test]
fn sizes_are_chosen_near_the_body_and_the_garments_offset() {
    let mut rows = Vec::new();
    for n in 0..400 {
        let mut row = row(n, n % 2, Some(Verdict::Fit));
        row.weight_kg = Some(45.0 + (n % 40) as f32);
        let size = ((n % 40) / 10) as f32 * 4.0 + 4.0 * (n % 2) as f32;
        (row.size_base, row.size_code) = (size, size);
        rows.push(row);
    }
    let chooser = worn::SizeChooser::learn(&rows);
    let hits = chooser.measure(&rows).unwrap();
    assert!(hits.exact > 0.6 && hits.within_a_step > 0.95 && hits.rows == 400, "{hits:?}");
    assert_eq!(chooser.choose(&row(1, 9, None)), None);
    let advised = chooser.choose(&rows[0]).unwrap();
    assert!(0.0 < advised.confidence && advised.confidence <= advised.within_a_step, "{advised:?}");
    let bins = chooser.reliability(&rows);
    assert_eq!(bins.iter().map(|bin| bin.rows).sum::<usize>(), 400);
    let exact = bins.iter().map(|bin| bin.exact * bin.rows as f64).sum::<f64>() / 400.0;
    assert!((exact - hits.exact).abs() < 1e-9 && bins.windows(2).all(|pair| pair[0].stated < pair[1].stated));
}
