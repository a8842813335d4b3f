//! Text as the reader sees it: one width, one case, simplified characters, each with its place in the original.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// More than this of a message is not read for measures.
const MAX_CHARS: usize = 4_000;

/// A folded text.
pub(super) struct Folded {
    pub chars: Vec<char>,
    /// Where each character begins in the original, and at the end its length.
    places: Vec<usize>,
    /// Some character was a traditional one.
    pub is_traditional: bool,
    pub has_han: bool,
    /// A word of three Latin letters or more stands in it, other than a unit.
    pub has_words: bool,
}

/// Traditional characters and common slips of the hand, for the words that the reader knows. A whole converter would be
/// slower and changes lengths.
const PAIRS: &str = "體体髙高媽妈歲岁圍围寬宽長长腳脚褲裤碼码號号臺台個个幾几兩两貳贰參叁陸陆萬万點点達达適适幫帮給给買买對对錯错說说\
    寫写應应該该約约從从極极較较條条這这還还沒没過过時时間间週周產产懷怀備备餵喂養养現现歷历膚肤訂订單单編编業业電电\
    話话機机遠远運运費费價价錢钱塊块減减滿满優优張张雙双隻只發发貨货來来東东廣广灣湾慶庆雲云貴贵陝陕寧宁蘇苏鄭郑無无\
    瀋沈濟济漢汉倫伦閨闺兒儿親亲爺爷嬸婶婦妇姪侄嗎吗麼么誰谁們们頭头圖图樣样裡里裏里蘋苹標标準准勻匀稱称屬属於于與与\
    為为爲为絲丝試试換换購购見见覺觉問问顏颜顔颜後后戀恋孫孙寶宝貝贝嬰婴獸兽貓猫糧粮裝装淨净脫脱實实際际斷断確确認认\
    補补傳传聽听講讲變变輕轻釐厘僅仅總总樓楼層层燙烫維维煙烟醯酰視视黃黄膠胶羅罗亞亚連连紗纱質质當当線线細细廳厅縣县\
    鄉乡區区邊边遼辽龍龙綠绿贛赣瓊琼閩闽滬沪陽阳圓圆齡龄習习慣惯輸输級级關关題题學学國国係系緊紧鬆松餘余紹绍興兴揚扬\
    濰潍臨临廈厦漲涨歡欢檯台糾纠純纯奮奋飲饮訊讯矯矫鈣钙葉叶蘭兰銀银衛卫濕湿專专覽览詢询";

static SIMPLE: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let chars: Vec<char> = PAIRS.chars().filter(|c| !c.is_whitespace()).collect();
    chars.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
});

impl Folded {
    pub fn of(text: &str) -> Self {
        let mut folded = Self {
            chars: Vec::with_capacity(text.len()),
            places: Vec::with_capacity(text.len() + 1),
            is_traditional: false,
            has_han: false,
            has_words: false,
        };
        let mut end = 0;
        let mut run = 0;
        for (at, c) in text.char_indices().take(MAX_CHARS) {
            end = at + c.len_utf8();
            match c {
                '㎝' => folded.push(at, &['c', 'm']),
                '㎏' => folded.push(at, &['k', 'g']),
                '\u{200b}'..='\u{200f}' | '\u{fe0f}' | '\u{feff}' => {}
                c => folded.push(at, &[fold(c)]),
            }
            run = if c.is_ascii_alphabetic() { run + 1 } else { 0 };
            folded.has_words |= run >= 4;
            folded.has_han |= is_han(c);
            folded.is_traditional |= SIMPLE.contains_key(&c) || matches!(c, '呎' | '吋' | '磅' | '嘅' | '咩' | '係');
        }
        folded.places.push(end);
        folded
    }

    fn push(&mut self, at: usize, chars: &[char]) {
        for c in chars {
            self.chars.push(*c);
            self.places.push(at);
        }
    }

    pub fn at(&self, index: usize) -> Option<char> {
        self.chars.get(index).copied()
    }

    /// The place in the original of some folded characters.
    pub fn span(&self, range: Range<usize>) -> Range<usize> {
        let last = self.places.len() - 1;
        let start = self.places[range.start.min(last)];
        // A character of the original may be two here; its end is where the next other one begins.
        let end = self.places[range.end.min(last)..].iter().copied().find(|p| *p > start);
        start..end.unwrap_or(self.places[last]).max(start)
    }

    pub fn text(&self, range: Range<usize>) -> String {
        self.chars.get(range).unwrap_or_default().iter().collect()
    }
}

fn fold(c: char) -> char {
    let c = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' | '\t' => ' ',
        '“' | '”' | '″' | '〃' => '"',
        '’' | '‘' | '′' | '`' => '\'',
        '–' | '—' | '―' | '−' | '‐' => '-',
        '〜' | '∼' => '~',
        '×' | '✕' => '*',
        '￥' | '¥' => '¥',
        c => c,
    };
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    SIMPLE.get(&c).copied().unwrap_or(c)
}

/// Folds a word of the reader's own lists, so that both sides are written alike.
pub(super) fn fold_word(word: &str) -> Vec<char> {
    word.chars().map(fold).collect()
}

pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
