//! Routines as buyers describe them.

use serde_json::json;

use super::*;
use crate::catalog::Product;

fn label(name: &str, ingredients: &[&str]) -> Label {
    Label {
        sku: name.into(),
        name: name.into(),
        ingredients: ingredients.iter().map(|&one| one.to_owned()).collect(),
        notice: None,
    }
}

fn checked(labels: &[Label], in_use: &[&str], conditions: &[&str]) -> Answer<Checked> {
    let own = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    let answer = check(labels, &[], &own(in_use), &own(conditions), Locale::Hans);
    assert!(answer.say.ends_with("请先咨询产科/皮肤科医生。"), "{}", answer.say);
    answer
}

fn retinol() -> Label {
    label("晚间精华", &["水", "视黄醇", "生育酚"])
}

fn fruit_acid() -> Label {
    label("焕亮水", &["水", "乙醇酸"])
}

#[test]
fn the_result_has_the_names_of_the_contract() {
    let answer = checked(&[retinol()], &["果酸"], &[]);
    assert_eq!(
        serde_json::to_value(&answer).unwrap(),
        json!({
            "status": "ok", "evidence": ["rule:retinoid_acid", "rule:sunscreen", "rules:ingredients-1"], "missing": [],
            "say": "按已登记的成分，需要注意：A 醇类和酸类不要在同一晚用，可以隔晚交替，泛红就都停用。使用期间白天要做好防晒。请先咨询产科/皮肤科医生。",
            "verdict": "caution",
            "reasons": [
                {"rule": "retinoid_acid", "verdict": "caution", "about": ["晚间精华", "果酸"],
                 "text": "A 醇类和酸类不要在同一晚用，可以隔晚交替，泛红就都停用。"},
                {"rule": "sunscreen", "verdict": "ok", "about": ["晚间精华"], "text": "使用期间白天要做好防晒。"},
            ],
        })
    );
}

/// The tables of the domain facts, C.2: products, in use, conditions, verdict, and the rule that decides.
#[test]
fn the_published_conflicts() {
    let niacinamide = || label("烟酰胺精华", &["水", "烟酰胺"]);
    let vitamin_c = || label("早间精华", &["抗坏血酸"]);
    let salicylic = || label("清爽水", &["水杨酸", "甘油"]);
    let cream = || label("保湿霜", &["甘油", "神经酰胺NP"]);
    for (product, in_use, conditions, verdict, rule) in [
        (retinol(), &["水杨酸"][..], &[][..], Verdict::Caution, "retinoid_acid"),
        (retinol(), &["过氧苯甲酰凝胶"], &[], Verdict::Avoid, "retinoid_benzoyl"),
        (retinol(), &["左旋C"], &[], Verdict::Caution, "retinoid_vitamin_c"),
        (vitamin_c(), &["benzoyl peroxide"], &[], Verdict::Avoid, "vitamin_c_benzoyl"),
        (vitamin_c(), &["烟酰胺"], &[], Verdict::Ok, "niacinamide_vitamin_c"),
        (niacinamide(), &["早C晚A"], &[], Verdict::Ok, "niacinamide_vitamin_c"),
        (salicylic(), &["果酸"], &["敏感肌"], Verdict::Avoid, "two_exfoliants"),
        (fruit_acid(), &["磨砂膏"], &["sensitive"], Verdict::Avoid, "two_exfoliants"),
        (fruit_acid(), &["A酸"], &[], Verdict::Avoid, "tretinoin_retinoid"),
        (fruit_acid(), &["阿达帕林"], &[], Verdict::Avoid, "tretinoin_retinoid"),
        (retinol(), &[], &["pregnant"], Verdict::Avoid, "pregnancy_retinoid"),
        (retinol(), &[], &["備孕"], Verdict::Avoid, "pregnancy_retinoid"),
        (retinol(), &[], &["breastfeeding"], Verdict::Avoid, "pregnancy_retinoid"),
        (cream(), &["A醇"], &["pregnant"], Verdict::Avoid, "pregnancy_retinoid"),
        (salicylic(), &[], &["pregnant"], Verdict::Caution, "pregnancy_salicylic"),
        (fruit_acid(), &[], &["pregnant"], Verdict::Caution, "pregnancy_fruit_acid"),
        (retinol(), &[], &["sensitive"], Verdict::Caution, "sensitive_active"),
        (salicylic(), &[], &["infant"], Verdict::Avoid, "infant_salicylic"),
        (fruit_acid(), &[], &["recent_procedure"], Verdict::Avoid, "after_procedure"),
        (label("药膏", &["维A酸"]), &[], &[], Verdict::Avoid, "drug_in_cosmetic"),
    ] {
        let answer = checked(std::slice::from_ref(&product), in_use, conditions);
        let rules: Vec<&str> = answer.found.reasons.iter().map(|reason| reason.rule.as_str()).collect();
        assert_eq!(answer.found.verdict, verdict, "{} {in_use:?} {conditions:?}: {rules:?}", product.name);
        assert!(rules.contains(&rule), "{rules:?} without {rule}");
    }
}

#[test]
fn what_is_compatible_passes() {
    let gentle = [label("壬二酸乳", &["壬二酸"]), label("烟酰胺精华", &["烟酰胺", "透明质酸钠"])];
    let answer = checked(&gentle, &["玻尿酸"], &["pregnant"]);
    assert_eq!((answer.status, answer.found.verdict), (Status::Ok, Verdict::Ok));
    assert!(answer.found.reasons.is_empty());
}

#[test]
fn one_formula_is_not_judged_against_itself() {
    let both = label("配方精华", &["视黄醇", "乳酸", "抗坏血酸"]);
    assert_eq!(checked(&[both], &[], &[]).found.verdict, Verdict::Ok);
    let two = checked(&[retinol(), fruit_acid()], &[], &[]);
    assert_eq!(two.found.verdict, Verdict::Caution, "two products of one basket");
}

#[test]
fn what_is_unknown_is_never_fine() {
    let answer = checked(&[retinol()], &["某某神秘精华"], &[]);
    assert_eq!((answer.status, answer.found.verdict), (Status::Ask, Verdict::Caution));
    assert_eq!(answer.missing, ["in_use"]);
    let condition = checked(&[retinol()], &[], &["月经期"]);
    assert_eq!(condition.found.verdict, Verdict::Caution);
    let unlabelled = checked(&[label("新品", &[])], &[], &[]);
    assert_eq!((unlabelled.status, unlabelled.found.verdict), (Status::NoBasis, Verdict::Caution));
    let foreign = check(&[], &["X".into()], &[], &[], Locale::Hans);
    assert_eq!(foreign.status, Status::NoBasis);
    assert_eq!(checked(&[], &[], &[]).missing, ["skus"]);
}

#[test]
fn the_merchants_own_warning_is_passed_on() {
    let label = Label { notice: Some("孕期不要使用".into()), ..fruit_acid() };
    assert!(checked(&[label], &[], &[]).say.contains("产品标签提示：孕期不要使用。"));
}

#[test]
fn every_locale_has_a_line_for_every_rule() {
    let rules = RULES.pair.iter().map(|rule| &rule.id).chain(RULES.case.iter().map(|case| &case.id));
    let rules: Vec<&str> = rules.map(String::as_str).chain(["unknown_condition", "unknown_product"]).collect();
    for locale in Locale::ALL {
        let lines = Lines::of(locale);
        assert!(rules.iter().all(|rule| !lines.rule(rule).is_empty()), "{locale:?}");
        assert!(lines.rules().all(|rule| rules.contains(&rule)), "{locale:?}: a line that nothing says");
    }
}

#[test]
fn a_models_arguments_are_looked_up_among_the_products() {
    let product = |sku: &str, ingredients: &[&str], attributes: serde_json::Value| Product {
        sku: sku.into(),
        name: format!("{sku}号"),
        category: "beauty".into(),
        price_fen: 1,
        weight_g: None,
        stock: None,
        ingredients: ingredients.iter().map(|&one| one.to_owned()).collect(),
        attributes: serde_json::from_value(attributes).unwrap(),
    };
    let products = [product("A", &["视黄醇"], json!({"notice": "白天防晒"})), product("B", &["乙醇酸"], json!({}))];
    let asked =
        |arguments: serde_json::Value| answer(&serde_json::from_value(arguments).unwrap(), &products, Locale::Hans);
    let found = asked(json!({"skus": ["A"], "in_use": ["B"]}));
    assert_eq!(found.found.reasons[0].about, ["A号", "B号"], "what is in use may be one of the store's");
    assert!(found.say.contains("产品标签提示：白天防晒"));
    assert_eq!(asked(json!({"skus": ["A", "C"]})).status, Status::NoBasis);
    assert_eq!(asked(json!({"conditions": ["pregnant"]})).status, Status::Ask);
}
