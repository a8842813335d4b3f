//! 300 random orders against a planner that tries everything.

use jiff::ToSpan;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::tests::{at, lane};
use super::*;

/// The fewest parcels, and with so few the lightest heaviest one: over all subsets of the pieces.
fn fewest(weights: &[i64], limit: i64) -> (usize, i64) {
    let all = (1usize << weights.len()) - 1;
    let weight = |set: usize| -> i64 { (0..weights.len()).filter(|n| set >> n & 1 == 1).map(|n| weights[n]).sum() };
    let fits = |set: usize| weight(set) <= limit || set.count_ones() == 1;
    let mut best = vec![(usize::MAX, i64::MAX); all + 1];
    best[0] = (0, 0);
    for set in 1..=all {
        // One piece stands in some parcel: try each parcel that holds the lowest.
        let lowest = set & set.wrapping_neg();
        let mut parcel = set;
        while parcel > 0 {
            if parcel & lowest != 0 && fits(parcel) {
                let (count, heaviest) = best[set ^ parcel];
                best[set] = best[set].min((count + 1, heaviest.max(weight(parcel))));
            }
            parcel = (parcel - 1) & set;
        }
    }
    best[all]
}

/// The last cutoff that arrives in time: every day tried from far before the promise on.
fn last_ship_by(lane: &Lane, buffer: i64, promise: Date, zone: &Zone) -> Millis {
    let days = (0..60).filter_map(|n| promise.checked_sub((60 - n).days()).ok()).chain([promise]);
    let good = days.filter(|day| {
        let is_sunday = day.weekday() == jiff::civil::Weekday::Sunday;
        let closed = is_sunday && lane.closed_days == ["sun"];
        !closed && day.checked_add((lane.transit_days + buffer).days()).unwrap() <= promise
    });
    good.map(|day| zone.instant(day, lane.cutoff_min).unwrap()).max().unwrap()
}

#[test]
fn random_orders_are_planned_as_by_trying_everything() {
    let order = (
        proptest::collection::vec(500i64..17_000, 1..9),
        1i64..6,
        0i64..3,
        any::<bool>(),
        0i64..30,
        600i64..1_200,
        10_000i64..16_000,
    );
    // A fixed seed: the same 300 orders each time.
    let config = Config { cases: 300, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let run = runner.run(&order, |(weights, transit_days, buffer_days, sunday, days, cutoff_min, soft_limit_g)| {
        let zone = Zone::default();
        let now = at("2026-11-02T09:00:00");
        let promise: Date = "2026-11-03".parse::<Date>().unwrap().checked_add(days.days()).unwrap();
        let closed_days = if sunday { vec!["sun".to_owned()] } else { Vec::new() };
        let lane = Lane { transit_days, cutoff_min, closed_days, max_parcel_g: 20_000, ..lane() };
        let policy = policy::Delivery { buffer_days, soft_limit_g, ..policy::Delivery::default() };
        let goods = weights.iter().enumerate();
        let goods = goods.map(|(n, weight)| Goods { sku: format!("P{n}"), qty: 1, unit_g: Some(*weight) }).collect();
        let place = Place { province: Some("浙江".into()), ..Place::default() };
        let request = Request { place, goods, deliver_by: Some(promise), now };
        let lanes = [lane];
        let shop = Shop { lanes: &lanes, policy: &policy, holidays: &[], zone: &zone };
        let found = plan(&request, &shop, Locale::Hans).found;

        let heaviest = found.parcels.iter().map(|parcel| parcel.weight_g).max().unwrap_or(0);
        prop_assert_eq!((found.parcels.len(), heaviest), fewest(&weights, soft_limit_g));
        let mut packed: Vec<&str> =
            found.parcels.iter().flat_map(|parcel| &parcel.items).map(|item| item.sku.as_str()).collect();
        packed.sort_unstable();
        prop_assert_eq!(packed.len(), weights.len(), "every piece once");
        for parcel in &found.parcels {
            prop_assert!(parcel.weight_g <= soft_limit_g || parcel.items.len() == 1);
        }
        let ship_by = last_ship_by(&lanes[0], buffer_days, promise, &zone);
        let feasible = now <= ship_by - policy.handling_h * 3_600_000;
        prop_assert_eq!((found.feasible, found.ship_by_ms), (feasible, feasible.then_some(ship_by)));
        if let Some(next) = found.next_feasible {
            // The day offered instead can be kept, and the day before it could not.
            let next: Date = next.parse().unwrap();
            let can = |day: Date| plan(&Request { deliver_by: Some(day), ..request.clone() }, &shop, Locale::Hans);
            prop_assert!(can(next).found.feasible && !can(next.yesterday().unwrap()).found.feasible);
        }
        Ok(())
    });
    run.unwrap();
}
