//! Policy files good and bad, and hours.

use jiff::Timestamp;

use super::*;

/// Compares the errors of a file with `expected`, each `line field: part of why`.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let errors = Policy::parse(text).err().unwrap_or_default();
    let errors: Vec<String> =
        errors.iter().map(|error| format!("{} {}: {}", error.line, error.field, error.why)).collect();
    assert_eq!(errors.len(), expected.len(), "{errors:#?}");
    for (error, expected) in errors.iter().zip(expected) {
        let (place, why) = expected.split_once(": ").unwrap_or((expected, ""));
        assert!(error.starts_with(&format!("{place}: ")) && error.contains(why), "{error:?} is not {expected:?}");
    }
}

#[test]
fn an_empty_file_is_the_default() {
    assert_eq!(Policy::parse("").unwrap(), Policy::default());
    assert_eq!(Policy::parse("\u{feff}[service]\n").unwrap(), Policy::default());
}

#[test]
fn the_description_is_a_file_that_changes_nothing() {
    let text = Policy::describe();
    assert_eq!(Policy::parse(&text).unwrap(), Policy::default(), "{text}");
    for key in ["turn_deadline_s = 15", "share = 0.5", "[delivery.ladder]", "paediatric = \"09:00-21:00\""] {
        assert!(text.contains(key), "{key} is not in\n{text}");
    }
}

#[test]
fn json_keeps_a_policy() {
    let policy = Policy::parse("[service]\nspans = [\"09:00-12:00\"]\nholidays = [\"2027-02-06\"]\n").unwrap();
    let stored = serde_json::to_string(&policy).unwrap();
    assert_eq!(serde_json::from_str::<Policy>(&stored).unwrap(), policy);
    assert_eq!(serde_json::from_str::<Policy>("{\"skin\":{}}").unwrap(), Policy::default());
}

#[test]
fn what_is_written_counts() {
    let policy = Policy::parse(
        "[service]\nopen = \"9:30\"\n[fit]\nwaist_ease_cm = { close = 1, loose = 6.5 }\n[compensation.salvage_share]\ntoys = 1\n[specialists]\napparel_fit = \"10:00-18:00\"\n",
    )
    .unwrap();
    assert_eq!(policy.service.open, TimeOfDay::new(9, 30));
    assert_eq!(policy.fit.waist_ease_cm, Ease { close: 1.0, loose: 6.5 });
    assert_eq!(policy.compensation.salvage_share["toys"], 1.0);
    assert_eq!(policy.specialists.0.len(), 1);
}

#[test]
fn unknown_keys_are_refused_by_name() {
    check("[answer]\nturn_deadline = 5\n", &["2 answer.turn_deadline: there is no key answer.turn_deadline"]);
    check("\n[servise]\nopen = \"08:00\"\nx = 1\n", &["2 servise: no key servise"]);
    check(
        "color = \"red\"\n[skin]\nmin = 1\n\n[delivery.ladder]\nbase = 1\n",
        &["1 color: ", "3 skin.min: ", "6 delivery.ladder.base: "],
    );
    check("[fit]\nwaist_ease_cm = { close = 1, loose = 2, wide = 3 }\n", &["2 fit.waist_ease_cm.wide: "]);
    check("[specialists]\n\"No Such Name\" = \"09:00-21:00\"\n", &["2 specialists.No Such Name: "]);
    check("[service.open]\nhour = 8\n", &["2 service.open.hour: "]);
}

#[test]
fn a_large_file_is_refused() {
    check(&"#".repeat(65_537), &["1 : at most 65536 bytes"]);
    let many: String = (0..4_000).map(|at| format!("k{at} = 1\n")).collect();
    assert_eq!(Policy::parse(&many).unwrap_err().len(), 4_000);
}

#[test]
fn values_out_of_range_are_refused() {
    check("[answer]\nmax_questions = 0\nburst_ms = -1\n", &["2 answer.max_questions: 1 to 5", "3 answer.burst_ms: "]);
    check("[compensation]\nshare = 1.5\n", &["2 compensation.share: 0 to 1"]);
    check("[compensation]\nshare = nan\n", &["2 compensation.share: "]);
    check("[compensation.salvage_share]\npet = 2\n", &["2 compensation.salvage_share.pet: "]);
    check("[delivery]\nladder = { min_fen = 900, max_fen = 100 }\n", &["2 delivery.ladder.max_fen: less than min_fen"]);
    check("[fit.chest_ease_cm]\nclose = 9\nloose = 3\n", &["3 fit.chest_ease_cm.loose: less than close"]);
    check("[answer]\nburst_ms = 5000\n", &["1 answer.burst_max_ms: less than burst_ms"]);
    check("[service]\nopen = \"08:00\"\nclose = \"08:00\"\n", &["3 service.close: the same as open"]);
}

#[test]
fn values_of_another_kind_are_refused() {
    check("[answer]\nmax_questions = \"two\"\n", &["2 answer.max_questions: must be a whole number"]);
    check("[compensation]\nper_order = 1.5\n", &["2 compensation.per_order: must be a whole number"]);
    check("[compensation]\nabs_cap_fen = 50.5\n", &["2 compensation.abs_cap_fen: "]);
    check("[fit]\nwaist_ease_cm = { close = 1 }\n", &["2 fit.waist_ease_cm: loose is missing"]);
    check("[service]\nopen = \"25:00\"\n", &["2 service.open: is not a time of the day"]);
    check("[service]\nopen = \"8:5\"\n", &["2 service.open: "]);
    check("[service]\nspans = [\"09:00-12:00\", \"13-15\"]\n", &["2 service.spans: "]);
    check("[service]\nspans = [\"09:00-09:00\"]\n", &["2 service.spans: is empty"]);
    check("[service]\nholidays = [\"2027-02-30\"]\n", &["2 service.holidays: is not a day"]);
    check("[service]\nholidays = [\"2027-02-06..2027-02-01\"]\n", &["2 service.holidays: ends before"]);
    check("[service]\ntimezone = \"Shanghai\"\n", &["2 service.timezone: is not a time zone"]);
    check("[service]\nopen\n", &["2 : this is not TOML"]);
    check("[specialists]\npaediatric = 9\n", &["2 specialists.paediatric: "]);
    check("service = 1\n", &["1 service: "]);
    check("[answer]\nburst_ms = 99999999999999999999\n", &["2 : "]);
}

#[test]
fn all_mistakes_are_named_at_once() {
    let text = "[service]\nopen = \"25:00\"\nclosed = 1\n[answer]\nmax_questions = \"two\"\nburst_ms = -1\n\
                [delivery.ladder]\nbase_fen = true\nper_kg_fen = 1.5\n";
    check(
        text,
        &[
            "2 service.open: is not a time of the day",
            "3 service.closed: there is no key",
            "5 answer.max_questions: must be a whole number",
            "6 answer.burst_ms: ",
            "8 delivery.ladder.base_fen: must be a whole number",
            "9 delivery.ladder.per_kg_fen: must be a whole number",
        ],
    );
}

fn at(text: &str) -> Millis {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}

/// Whether the store is open at a time (+08:00), and when it opens next.
#[track_caller]
fn check_hours(service: &str, now: &str, is_open: bool, next: Option<&str>) {
    let policy = Policy::parse(&format!("[service]\n{service}\n")).unwrap();
    let instant = |text: &str| at(&format!("{text}+08:00"));
    assert_eq!(policy.is_open(instant(now)), is_open, "{service} {now}");
    assert_eq!(policy.next_open(instant(now)), next.map(instant), "{service} {now}");
}

#[test]
fn the_store_opens_and_closes() {
    let day = "open = \"08:00\"\nclose = \"23:00\"";
    check_hours(day, "2026-11-11T08:00:00", true, Some("2026-11-11T08:00:00"));
    check_hours(day, "2026-11-11T07:59:59.999", false, Some("2026-11-11T08:00:00"));
    check_hours(day, "2026-11-11T22:59:59.999", true, Some("2026-11-11T22:59:59.999"));
    check_hours(day, "2026-11-11T23:00:00", false, Some("2026-11-12T08:00:00"));
    check_hours(day, "2026-12-31T23:30:00", false, Some("2027-01-01T08:00:00"));
    let all = "open = \"00:00\"\nclose = \"24:00\"";
    check_hours(all, "2026-11-11T23:59:59.999", true, Some("2026-11-11T23:59:59.999"));
    check_hours(all, "2026-11-12T00:00:00", true, Some("2026-11-12T00:00:00"));
}

#[test]
fn spans_may_cross_midnight() {
    let night = "open = \"22:00\"\nclose = \"02:00\"";
    check_hours(night, "2026-11-11T23:00:00", true, Some("2026-11-11T23:00:00"));
    check_hours(night, "2026-11-12T01:59:59", true, Some("2026-11-12T01:59:59"));
    check_hours(night, "2026-11-12T02:00:00", false, Some("2026-11-12T22:00:00"));
    let split = "spans = [\"14:00-18:00\", \"09:00-12:00\", \"20:00-00:30\"]";
    check_hours(split, "2026-11-11T12:00:00", false, Some("2026-11-11T14:00:00"));
    check_hours(split, "2026-11-11T00:29:00", true, Some("2026-11-11T00:29:00"));
    check_hours(split, "2026-11-11T00:30:00", false, Some("2026-11-11T09:00:00"));
}

#[test]
fn holidays_are_closed() {
    let day = "holidays = [\"2027-02-06..2027-02-12\", \"2027-02-14\"]";
    check_hours(day, "2027-02-06T10:00:00", false, Some("2027-02-13T08:00:00"));
    check_hours(day, "2027-02-13T23:30:00", false, Some("2027-02-15T08:00:00"));
    // The evening before runs to its end, and the holiday's own evening does not start.
    let night = "open = \"20:00\"\nclose = \"02:00\"\nholidays = [\"2027-02-06\"]";
    check_hours(night, "2027-02-06T01:00:00", true, Some("2027-02-06T01:00:00"));
    check_hours(night, "2027-02-06T21:00:00", false, Some("2027-02-07T20:00:00"));
    check_hours(night, "2027-02-07T01:00:00", false, Some("2027-02-07T20:00:00"));
    check_hours("holidays = [\"2020-01-01..2099-12-31\"]", "2027-02-06T10:00:00", false, None);
}

#[test]
fn other_zones_have_their_own_days() {
    let policy =
        Policy::parse("[service]\ntimezone = \"America/New_York\"\nopen = \"09:00\"\nclose = \"17:00\"\n").unwrap();
    assert!(policy.is_open(at("2026-07-01T13:00:00Z")));
    assert!(!policy.is_open(at("2026-12-01T13:00:00Z")));
    assert_eq!(policy.next_open(at("2026-12-01T13:00:00Z")), Some(at("2026-12-01T14:00:00Z")));
}

#[test]
fn specialists_keep_their_own_hours() {
    let policy = Policy::parse("[service]\nholidays = [\"2026-11-12\"]\n").unwrap();
    let schedule = policy.schedule_of("paediatric");
    assert!(!schedule.is_open(at("2026-11-11T08:30:00+08:00")));
    assert_eq!(schedule.next_open(at("2026-11-11T21:00:00+08:00")), Some(at("2026-11-13T09:00:00+08:00")));
    assert!(policy.schedule_of("general").is_open(at("2026-11-11T08:30:00+08:00")));
}

#[test]
fn no_time_panics() {
    for now in [Millis::MIN, Millis::MAX, 0, -1] {
        Policy::default().is_open(now);
        Policy::default().next_open(now);
    }
}
