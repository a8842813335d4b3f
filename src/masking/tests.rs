use std::time::Instant;

use super::*;

/// The text with its marks, all kinds.
#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(blank(text, &[]), expected, "{text}");
}

#[track_caller]
fn check_stays(text: &str) {
    assert_eq!(find(text), [], "{text}");
}

#[test]
fn phones() {
    for written in [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "138.0013.8000",
        "138—0013—8000",
        "1380013 8000",
        "138 00138000",
        "86 13800138000",
        "8613800138000",
        "0086 138 0013 8000",
        "008613800138000",
        "１３８００１３８０００",
        "一三八零零一三八零零零",
        "幺三八 零零幺三 八零零零",
        "1三8零零1三8零零零",
        "1 3 8 0 0 1 3 8 0 0 0",
        "138\u{200b}0013\u{200b}8000",
        "①③⑧00①③⑧000",
        "0571-87654321",
        "0571 8765 4321",
        "02187654321",
        "010-8765-4321",
        "0912-345-678",
        "0912345678",
        "02-2345-6789",
        "886 912 345 678",
        "852 9123 4567",
        "212-555-0123",
        "1-212-555-0123",
        "00852 9123 4567",
    ] {
        check(&format!("请打{written}谢谢"), "请打〔电话〕谢谢");
        check(written, "〔电话〕");
    }
    for (written, shown) in [
        ("+86 138 0013 8000", "+〔电话〕"),
        ("+44 7911 123456", "+〔电话〕"),
        ("+81 90 1234 5678 急", "+〔电话〕 急"),
        ("+(65) 6123 4567", "+(〔电话〕"),
        ("手机13800138000 165 55", "手机〔电话〕 165 55"),
        ("+86 13800138000 65kg", "+〔电话〕 65kg"),
        ("电话：9123 4567", "电话：〔电话〕"),
        ("電話是91234567", "電話是〔电话〕"),
        ("my number is 91234567.", "my number is 〔电话〕."),
        ("call me at 5123-4567", "call me at 〔电话〕"),
        ("tel13800138000", "tel〔电话〕"),
        ("TEL:13800138000", "TEL:〔电话〕"),
        ("13800138000、13900139000", "〔电话〕、〔电话〕"),
        ("13800138000 13900139000", "〔电话〕 〔电话〕"),
    ] {
        check(written, shown);
    }
}

#[test]
fn documents() {
    // Invented numbers whose check digits fit.
    for written in [
        "11010519491231002X",
        "11010519491231002x",
        "110105 19491231 002X",
        "110105491231002",
        "A123456789",
        "a123456789",
        "A123456(3)",
        "A1234563",
        "C123456（9）",
    ] {
        check(&format!("证件 {written} 的"), "证件 〔证件〕 的");
    }
    check("我是11010519491231002X", "我是〔证件〕");
    // Mistyped, and still called what it is.
    check("身份证号：110105194912310021", "身份证号：〔证件〕");
    check("护照E12345678", "护照〔证件〕");
    check("passport no: K01234567", "passport no: 〔证件〕");
    check("港澳通行证C12345678", "港澳通行证〔证件〕");
    check_stays("A123456788");
    check_stays("款号A123456");
}

#[test]
fn cards_and_mails_and_accounts() {
    for (written, shown) in [
        ("4111111111111111", "〔银行卡〕"),
        ("4111 1111 1111 1111", "〔银行卡〕"),
        ("6222021234567893", "6222021234567893"),
        ("6222-0212-3456-7894", "〔银行卡〕"),
        ("卡号6222-0212-3456-7893", "卡号〔银行卡〕"),
        ("银行卡 6222 0212 3456 7890 123", "银行卡 〔银行卡〕"),
        ("378282246310005", "〔银行卡〕"),
        ("发到abc@qq.com吧", "发到〔邮箱〕吧"),
        ("A.B-c+1@mail.example.com.cn", "〔邮箱〕"),
        ("13800138000@163.com", "〔邮箱〕"),
        ("abc＠qq.com", "〔邮箱〕"),
        ("abc @ qq.com", "〔邮箱〕"),
        ("abc(at)qq.com", "〔邮箱〕"),
        ("abc@qq。com", "〔邮箱〕"),
        ("abc@qq点com", "〔邮箱〕"),
        ("加微信abc_12345", "加微信〔账号〕"),
        ("微信号：wxid_a1b2c3", "微信号：〔账号〕"),
        ("QQ 123456789", "QQ 〔账号〕"),
        ("vx:kitty1990", "vx:〔账号〕"),
    ] {
        check(written, shown);
    }
}

#[test]
fn what_a_model_needs_stays() {
    for text in [
        "身高165体重55公斤，平时穿M码",
        "165 55 84 62 90",
        "165/88A，三围 84-62-90",
        "订单号2026112312345678",
        "订单 4111111111111111 到哪了",
        "order number 4111111111111111",
        "快递单号 78123456789012",
        "SF1234567890123",
        "2026-11-23 14:30:00",
        "20261123",
        "1792567680000",
        "{\"at\":1792567680000,\"amount_fen\":12800}",
        "AP-DRESS-01 和 AP-PANTS-02",
        "6901234567892",
        "¥1,299.00，满300减50",
        "宝宝2026-01-15出生，40周+3天",
        "一二三四五六七八九十",
        "第一次买，两三件，一共四五百",
        "2.5kg x 12袋 = 30kg",
        "价格 6000-8000",
        "3.1415926",
        "@客服 在吗",
        "a@b",
        "地址在北京市朝阳区可以送吗",
    ] {
        check_stays(text);
    }
}

#[test]
fn addresses_and_names_are_blanked_for_people() {
    for (text, shown) in [
        ("寄到上海市浦东新区张江路88号5栋302室", "〔地址〕"),
        ("收货地址：北京市海淀区某某家园", "收货地址：〔地址〕"),
        ("我叫张三，姓名：李小四", "我叫〔姓名〕，姓名：〔姓名〕"),
        ("my name is Ann Lee", "my name is 〔姓名〕"),
        ("12 Garden Road, Flat 3", "〔地址〕"),
        ("台北市中山區民生東路三段25號4樓", "〔地址〕"),
    ] {
        assert_eq!(blank(text, &[]), shown);
    }
    assert_eq!(blank("王大锤您好，王大锤的件到了", &["王大锤"]), "〔姓名〕您好，〔姓名〕的件到了");
    assert_eq!(blank("可以送到楼上吗", &["", "可"]), "可以送到楼上吗");
    assert_eq!(blank_rest("〔电话1〕，我叫张三，住张江路88号5栋", &[]), "〔电话1〕，我叫〔姓名〕，〔地址〕");
}

#[test]
fn a_mark_stands_for_the_same_value_and_comes_back() {
    let mut masks = Masks::default();
    assert_eq!(masks.hide("电话138 0013 8000，或者13900139000"), "电话〔电话1〕，或者〔电话2〕");
    assert_eq!(masks.hide("就打１３８００１３８０００，邮箱A@QQ.com"), "就打〔电话1〕，邮箱〔邮箱1〕");
    assert_eq!(masks.restore("会打〔电话1〕，不打〔电话3〕"), "会打138 0013 8000，不打〔电话3〕");
    assert_eq!(
        masks.restore_arguments(r#"{"phone":"〔电话1〕","mail":"〔邮箱1〕"}"#),
        r#"{"phone":"13800138000","mail":"a@qq.com"}"#
    );
    assert!(matches!(masks.hide("在吗"), Cow::Borrowed(_)) && matches!(masks.restore("在的"), Cow::Borrowed(_)));
}

#[test]
fn a_mark_comes_back_however_it_is_cut() {
    let mut masks = Masks::default();
    masks.hide("13800138000");
    let said = "好的，会打〔电话1〕。〔注〕〔电话";
    let chars: Vec<char> = said.chars().collect();
    for size in 1..=chars.len() {
        let mut restoring = Restoring::new(&masks);
        let mut heard = String::new();
        for piece in chars.chunks(size) {
            let piece: String = piece.iter().collect();
            heard.push_str(&restoring.push(&piece));
        }
        heard.push_str(&restoring.finish());
        assert_eq!(heard, "好的，会打13800138000。〔注〕〔电话", "pieces of {size}");
    }
}

/// Whatever a buyer sends, 4,000 characters take milliseconds, and nothing panics.
#[test]
fn hostile_texts_take_no_longer() {
    let patterns = [
        "1",
        "1 ",
        "12 ",
        "1-",
        "138 0013 800",
        "13800138000",
        "a@",
        "@",
        "a@b.co ",
        "(at)",
        "(",
        "〔",
        "〔电话",
        "电话",
        "电话1",
        "微信a1b2c3 ",
        "零",
        "一 ",
        "A1",
        "张江路",
        "张江路8",
        "路1号",
        "我叫",
        "1X",
        "+1",
        "\u{200b}1",
        "6222 ",
        "is ",
        "号",
    ];
    for pattern in patterns {
        let text: String = pattern.chars().cycle().take(4_000).collect();
        let begun = Instant::now();
        let mut masks = Masks::default();
        let hidden = masks.hide(&text).into_owned();
        assert!(begun.elapsed().as_millis() < 400, "{pattern:?}: {:?}", begun.elapsed());
        drop(masks.restore(&hidden));
        drop(blank(&text, &[]));
        assert!(begun.elapsed().as_millis() < 4_000, "{pattern:?} blanked: {:?}", begun.elapsed());
    }
}
