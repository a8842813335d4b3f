//! Other people in a sentence: their names, where they live, the ends of their numbers.

use std::sync::LazyLock;

use regex::Regex;

use super::backing::Backing;
use super::{Held, Kind};
use crate::experts::patterns::compile;
use crate::experts::plain::Plain;

/// The hundred or so surnames that most people have.
const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范石姚谭廖邹熊金陆郝孔崔康毛邱秦江顾侯邵孟龙段钱汤尹黎易贺赖龚";
/// Those of them that begin no common word, for where only a name can be meant.
const ONLY_SURNAMES: &str =
    "王李张刘陈杨赵吴徐孙胡朱郭罗梁宋郑韩冯董曹袁邓傅彭吕苏卢蒋蔡贾魏薛阎潘杜姚谭廖邹郝崔邱秦侯邵孟尹黎贺龚";

/// A name behind a surname's title, "叫" or a relation; the end of a number; where somebody lives.
static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = format!(
        "(?P<titled>[{SURNAMES}])(?:女士|先生|小姐|太太)\
         |(?:她|他|名字?|名字是|姓名|同名的|同名同姓的)(?:叫|是)?(?P<called>[{ONLY_SURNAMES}]\\p{{Han}}{{1,2}})\
         |叫(?P<named>[{ONLY_SURNAMES}]\\p{{Han}}{{1,2}})\
         |(?:朋友|同事|邻居|闺蜜|室友|同学|亲戚|顾客|客户|买家|会员|收件人|收货人|签收人|业主)(?:是|叫|为|，)?(?P<related>[{ONLY_SURNAMES}]\\p{{Han}}{{1,2}})\
         |(?:尾号|后四位|末四位|后几位)(?:是|为|，)?(?P<end>\\d{{3,6}})\
         |(?P<lives>(?:她|他|对方|人家)(?:家)?(?:就|也|都)?(?:住|地址|家在))\
         |(?:另一位|另一个|上一位|上一个|前一位|别的|其他|其它|同小区的?|邻居)(?:的)?(?:顾客|客户|买家|客人|妈妈|宝妈|业主|用户|会员)[^。？]{{0,12}}?(?P<theirs>住在|地址是|电话是|手机号?是|身份证|订单号是|姓)"
    );
    compile(&pattern)
});

static WITHHELD: LazyLock<Regex> = LazyLock::new(|| {
    compile("不能|无法|看不到|查不到|不可以|不会|没法|不便|不方便|保密|隐私|没有权限|无权|不提供|不透露|不得")
});

pub(super) fn check(plain: &Plain, backing: &Backing, held: &mut Vec<Held>) {
    for found in OTHERS.captures_iter(&plain.text) {
        let Some(all) = found.get(0) else { continue };
        let clause = plain.clause(all.start());
        // "抱歉，别的顾客的订单我不能透露" gives nothing away.
        if WITHHELD.is_match(&plain.text[clause.start..clause.end.max(all.end())]) {
            continue;
        }
        let known = ["titled", "called", "named", "related", "end"].iter().find_map(|name| found.name(name));
        if known.is_some_and(|known| backing.knows(known.as_str())) {
            continue;
        }
        // The data itself stays out of logs.
        let matched = plain.text[all.range()].chars().take(2).chain("…".chars()).collect();
        return held.push(Held { kind: Kind::Stranger, matched, why: "another person's name or data" });
    }
}
