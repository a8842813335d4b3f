use super::*;

#[test]
fn content_and_discontent_are_told_apart() {
    for text in
        ["质量很好，物流也快，非常满意", "很喜欢，下次还来", "衣服很舒服，颜色正，推薦購買", "非常好吃，新鮮又甜"]
    {
        assert!(of(text).negative < 0.3, "{text}: {:?}", of(text));
    }
    for text in
        ["质量太差了，用两天就坏", "烂了一半，再也不买了", "跟图片完全不一样，很失望", "退貨！根本不能用，太差了"]
    {
        assert!(of(text).negative > 0.7, "{text}: {:?}", of(text));
    }
    assert_eq!(of("").negative, 0.5);
    assert_eq!(of("。。。").negative, of("").negative);
}

#[test]
fn script_and_width_do_not_matter() {
    assert_eq!(of("质量太差了").negative, of("質量太差了").negative);
    assert_eq!(of("ＯＫ，很好").negative, of("ok，很好").negative);
}

#[test]
fn anger_at_the_shop_is_seen() {
    for text in [
        "你们就是骗子",
        "垃圾客服",
        "我要投诉你们",
        "再不处理我就打12315",
        "给你们差评，等着吧",
        "什么破店，东西烂客服更烂",
        "你们他妈的到底管不管",
        "气死我了，都第三次了还没解决",
        "傻逼商家",
        "欺骗消费者，我要去工商局举报",
        "態度太差了吧，當我是傻子嗎",
        "我要投訴，你們這是詐騙",
        "黑店！退钱！",
        "等了半天没人理，你们什么态度",
        "催了几次了都没人管，太失望了！！！",
        "This is a scam, I will report you",
        "worst service ever, you are useless",
        "客服是死人吗，一直不回",
        "忍无可忍了",
        "你们把顾客当猴耍",
    ] {
        assert!(of(text).angry, "{text}: {:?}", of(text));
    }
}

#[test]
fn polite_complaints_are_no_anger() {
    for text in [
        "你好，收到的苹果坏了两个，请问怎么处理",
        "衣服有点小，可以换吗",
        "快递三天还没到，麻烦帮忙看一下",
        "有点失望，颜色和图片不太一样",
        "请问怎么投诉快递",
        "我不是要投诉，只是想问问什么时候发货",
        "看评论里有差评，质量怎么样",
        "笑死我了，这个太可爱了",
        "这个垃圾袋多少钱",
        "质量不好，想退货，谢谢",
        "不好意思，想问下退款什么时候到账",
        "你好，洗了一次就掉色了，能退吗？",
        "这家店不会是骗子吧，第一次买有点担心",
        "空气炸锅会不会糊",
        "尺码偏小，不太满意，不过客服态度很好",
        "宝宝吃了有点恶心想吐",
        "收到貨了，有點瑕疵，可以補發嗎？",
        "The zip is broken, could you please send a new one?",
        "It arrived late, but thank you for your help",
        "我等了一周了，请问发货了吗",
    ] {
        assert!(!of(text).angry, "{text}: {:?}", of(text));
    }
}

#[test]
fn a_broken_model_is_refused() {
    assert!(Model::read(b"").is_err());
    assert!(Model::read(b"XMOOD1").is_err());
}

#[test]
fn any_text_has_a_mood() {
    for text in ["\u{FDFA}".repeat(5_000), "😀".repeat(5_000), "哈".repeat(5_000), "\0".into()] {
        let mood = of(&text);
        assert!((0.0..=1.0).contains(&mood.negative));
    }
}
