//! Files as merchants send them, good and bad.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::catalog::{Faq, Product};

const HEADING: &str = "sku,name,category,price_fen,weight_g,stock,ingredients,attributes\n";

/// Reads `bytes` and compares the errors with `expected`, each `line field: part of why`.
#[track_caller]
fn check_bytes<T: Row>(name: &str, bytes: &[u8], accepted: usize, expected: &[&str]) -> Reading<T> {
    let reading = read::<T>(name, bytes);
    let errors: Vec<String> =
        reading.errors.iter().map(|error| format!("{} {}: {}", error.line, error.field, error.why)).collect();
    assert_eq!(errors.len(), expected.len(), "{errors:#?}");
    for (error, expected) in errors.iter().zip(expected) {
        let (place, why) = expected.split_once(": ").unwrap_or((expected, ""));
        assert!(error.starts_with(&format!("{place}: ")) && error.contains(why), "{error:?} is not {expected:?}");
    }
    assert_eq!(reading.rows.len(), accepted);
    reading
}

#[track_caller]
fn check_products(rows: &str, accepted: usize, expected: &[&str]) -> Reading<Product> {
    check_bytes("p.csv", format!("{HEADING}{rows}").as_bytes(), accepted, expected)
}

#[track_caller]
fn check_faq(name: &str, text: &str, accepted: usize, expected: &[&str]) -> Reading<Faq> {
    check_bytes(name, text.as_bytes(), accepted, expected)
}

#[test]
fn a_product_is_read_whole() {
    let row =
        r#"D-1,"收腰连衣裙, 雾蓝",apparel,25900,420,12,水;甘油；泛醇,"{""garment"":""dress"",""stretch"":""none""}""#;
    let reading = check_products(&format!("{row}\nD-2,杯子,general,0,,,,\n"), 2, &[]);
    let (line, product) = &reading.rows[0];
    assert_eq!((*line, product.name.as_str(), product.price_fen), (2, "收腰连衣裙, 雾蓝", 25_900));
    assert_eq!((product.weight_g, product.stock), (Some(420), Some(12)));
    assert_eq!(product.ingredients, ["水", "甘油", "泛醇"]);
    assert_eq!(product.attributes["garment"], "dress");
    let (_, bare) = &reading.rows[1];
    assert_eq!((bare.weight_g, bare.stock, bare.ingredients.len(), bare.attributes.len()), (None, None, 0, 0));
}

#[test]
fn each_mistake_is_named() {
    check_products("a,x,c,12.5,,,,\n", 0, &["2 price_fen: money is integer fen"]);
    check_products("a,x,c,¥12,,,,\n", 0, &["2 price_fen: is not a number"]);
    check_products("a,x,c,\"1,200\",,,,\n", 0, &["2 price_fen: is not a number"]);
    check_products("a,x,c,-1,,,,\n", 0, &["2 price_fen: must not be negative"]);
    check_products("a,x,c,,,,,\n", 0, &["2 price_fen: is empty"]);
    check_products("a,x,c,99999999999,,,,\n", 0, &["2 price_fen: must be at most"]);
    check_products("a,x,c,99999999999999999999999,,,,\n", 0, &["2 price_fen: "]);
    check_products("a,x,c,NaN,,,,\n", 0, &["2 price_fen: is not a number"]);
    check_products("a,x,c,12.0,,,,\n", 1, &[]);
    check_products("a,x,c,1,-5,1.5,,\n", 0, &["2 weight_g: negative", "2 stock: not a whole number"]);
    check_products(",,,1,,,,\n", 0, &["2 sku: is empty", "2 name: is empty", "2 category: is empty"]);
    check_products("a,x,c,1,,,,[1]\n", 0, &["2 attributes: must be a JSON object"]);
    check_products("a,x,c,1,,,,dress\n", 0, &["2 attributes: is not JSON"]);
    check_products(&format!("{},x,c,1,,,,\n", "s".repeat(65)), 0, &["2 sku: has 65 characters, at most 64"]);
    check_products(&format!("s,{},c,1,,,,\n", "名".repeat(200)), 1, &[]);
    check_products(&format!("s,{},c,1,,,,\n", "名".repeat(201)), 0, &["2 name: has 201"]);
    check_products(&format!("s,n,c,1,,,{},\n", "水".repeat(201)), 0, &["2 ingredients: parted by ;"]);
    check_products("a,x,c,1,,,,,extra\n", 0, &["2 : has 9 values for 8 columns"]);
    check_products("a,x,c,1\n", 1, &[]);
    check_products("a,x\n", 0, &["2 category: is empty", "2 price_fen: is empty"]);
}

#[test]
fn a_bad_row_does_not_spoil_the_good_ones() {
    let reading = check_products("a,x,c,1,,,,\nb,y,c,z,,q,,\nc,z,c,3,,,,\n", 2, &["3 price_fen: ", "3 stock: "]);
    assert_eq!(reading.rejected, 1);
    assert_eq!(reading.rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 4]);
}

#[test]
fn a_key_stands_once() {
    check_products("a,x,c,1,,,,\nb,y,c,1,,,,\na ,z,c,1,,,,\n", 2, &["4 sku: stands in line 2 already"]);
    check_faq("f.csv", "question,answer\n几天到,1天\n几天到,2天\n", 1, &["3 question: stands in line 2 already"]);
}

#[test]
fn the_heading_is_checked_once() {
    check_faq("f.csv", "", 0, &["1 question: there is no column", "1 answer: there is no column"]);
    check_faq("f.csv", "question,reply\na,b\nc,d\n", 0, &["1 answer: there is no column answer"]);
    check_faq("f.csv", "question,answer\n", 0, &[]);
    check_faq("f.csv", "question,answer,Answer\na,b,c\n", 0, &["1 answer: two columns"]);
    check_faq("f.csv", "id, Question ,note,ANSWER,,\n1,a,n,b,,\n", 1, &[]);
    check_faq("f.csv", "\u{feff}question,answer\na,b\n", 1, &[]);
    check_faq("f.csv", "question，answer\na，b\n", 0, &["1 question: ", "1 answer: "]);
}

#[test]
fn semicolons_and_tabs_part_fields_too() {
    let reading = check_faq("f.csv", "question;answer;tags\na,b;c;\"x;y\"\n", 1, &[]);
    assert_eq!((reading.rows[0].1.question.as_str(), reading.rows[0].1.tags.len()), ("a,b", 2));
    check_faq("f.CSV", "question\tanswer\na, b\tc\n", 1, &[]);
    check_products("a,x,c,1,,,水;甘油;泛醇,\n", 1, &[]);
}

#[test]
fn lines_are_those_where_records_start() {
    let text = "question,answer\r\n\"a\r\nb\",c\r\n\r\n\r\nd,\r\n\"e\n\nf\",\ng,h\n";
    let reading = check_faq("f.csv", text, 2, &["6 answer: is empty", "7 answer: is empty"]);
    assert_eq!(reading.rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 10]);
}

#[test]
fn an_open_quotation_mark_swallows_nothing_unsaid() {
    let reading = check_products(
        "a,x,c,1,,,,\nb,\"x,c,1,,,,\n\nc,y,c,1,,,,\nd,z,c,1,,,,\n",
        1,
        &["3 : a quotation mark opens here", "5 : opens in line 3", "6 : opens in line 3"],
    );
    assert_eq!(reading.rejected, 3);
    check_faq("f.csv", "question,answer\n\"a\nb\",\"c\nd,e\n", 0, &["3 : opens here", "4 : opens in line 3"]);
    check_faq("f.csv", "question,answer,\"note\na,b\n", 0, &["1 : opens here", "2 : opens in line 1"]);
    check_faq("f.csv", "question;answer\na;\"b\nc;d\n", 0, &["2 : opens here", "3 : opens in line 2"]);
    check_faq("f.csv", "question,answer\na,\"b\"\"", 0, &["2 : opens here"]);
    // These are closed, or open nothing.
    check_faq("f.csv", "question,answer\na,\"b\"\"c\"\n\"\",\"\"\nd,5\" screen\n", 2, &[]);
    check_faq("f.csv", "question,answer\n\"a\" b,c\r\n\"d\",\"e\"", 2, &[]);
}

#[test]
fn a_quotation_mark_that_closes_too_late_is_hinted_at() {
    let text = format!("question,answer\n\"a,b\n{}\"", "c,d\n".repeat(200));
    check_faq("f.csv", &text, 0, &["2 question: is a quotation mark left open", "2 answer: is empty"]);
}

#[test]
fn other_encodings_are_refused_with_the_line() {
    let gbk = [b"question,answer\nok,ok\n".as_slice(), &[0xC4, 0xE3, 0xBA, 0xC3], b",x\n"].concat();
    check_bytes::<Faq>("f.csv", &gbk, 0, &["3 : not UTF-8: save as UTF-8"]);
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain("question".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    check_bytes::<Faq>("f.csv", &utf16, 0, &["1 : not UTF-8 but UTF-16"]);
    check_bytes::<Faq>("f.csv", b"question,answer\na,b\0\n", 0, &["2 : NUL"]);
    check_bytes::<Faq>("f.jsonl", br#"{"question":"a\u0000","answer":"b"}"#, 0, &["1 question: NUL"]);
    check_bytes::<Faq>("f.jsonl", br#"{"question":"a","answer":"b","tags":["\u0000"]}"#, 0, &["1 tags: NUL"]);
}

#[test]
fn json_lines_are_read() {
    let text = "{\"question\":\"a\",\"answer\":\"b\",\"tags\":[\"x\",\"y\"],\"other\":1}\n\n{\"question\":\"c\",\"answer\":\"d\",\"tags\":\"x;y\",\"category\":null}\r\n";
    let reading = check_faq("f.jsonl", text, 2, &[]);
    assert_eq!(reading.rows[1].0, 3);
    assert_eq!(reading.rows[0].1.tags, reading.rows[1].1.tags);
    check_faq("f.jsonl", "{\"question\":\"a\"}\n", 0, &["1 answer: is empty"]);
    check_faq("f.jsonl", "{\"question\":\"a\",\n", 0, &["1 : is not a JSON object"]);
    check_faq("f.jsonl", "[1]\n{\"question\":1,\"answer\":{}}\n", 0, &["1 : is not", "2 answer: is an object"]);
    check_faq("f.jsonl", "{\"question\":\"a\",\"answer\":true}\n", 0, &["1 answer: is true or false"]);
    check_faq("f.jsonl", "{\"question\":\"a\",\"answer\":\"b\",\"tags\":[1]}\n", 0, &["1 tags: list of texts"]);
    let product = r#"{"sku":"a","name":"b","category":"c","price_fen":12.5,"attributes":"{}"}"#;
    check_bytes::<Product>("p.jsonl", product.as_bytes(), 0, &["1 price_fen: integer fen"]);
    check_bytes::<Product>("p.jsonl", product.replace("12.5", "12").as_bytes(), 1, &[]);
    check_bytes::<Product>("p.jsonl", product.replace("12.5", "1e3").as_bytes(), 1, &[]);
    check_bytes::<Product>("p.jsonl", product.replace("12.5", "[]").as_bytes(), 0, &["1 price_fen: is a list"]);
}

#[test]
fn json_is_read_with_lines() {
    let list = "[\n  {\"question\": \"a\",\n   \"answer\": \"b\"},\n  {\"question\": \"c\"},\n  3\n]";
    let reading = check_faq("f.json", list, 1, &["4 answer: is empty", "5 : is not a JSON object"]);
    assert_eq!(reading.rows[0].0, 2);
    check_faq("f.json", &format!("{{\"faq\":\n{list}}}"), 1, &["5 answer: ", "6 : "]);
    check_faq("f.json", "{\"question\":\"a\"}", 0, &["1 : must be a list of objects"]);
    check_faq("f.json", "[\n{\"question\":\n\n", 0, &["4 : must be a list of objects"]);
    check_faq("f.json", "", 0, &["1 : must be a list of objects"]);
    check_faq("f.json", &"[".repeat(100_000), 0, &["1 : must be a list of objects"]);
}

#[test]
fn toml_is_read_with_lines() {
    let text = "[[faq]]\nquestion = \"a\"\nanswer = \"\"\"\nb\nc\"\"\"\n\n[[faq]]\nquestion = \"d\"\n";
    let reading = check_faq("f.toml", text, 1, &["7 answer: is empty"]);
    assert_eq!((reading.rows[0].0, reading.rows[0].1.answer.as_str()), (1, "b\nc"));
    check_faq("f.toml", "question = \"a\"\n", 0, &["1 : is not a list of tables"]);
    check_faq("f.toml", "[[faq]]\nquestion = \n", 0, &["2 : is not a list of tables"]);
    check_faq("f.toml", "", 0, &["1 : must hold one list"]);
    check_faq("f.toml", "[[faq]]\nquestion = 2020-01-01\nanswer = \"b\"\n", 0, &["1 question: is an object"]);
}

#[test]
fn many_tables_are_read_in_linear_time() {
    let tables: String = (0..20_000).map(|at| format!("[[faq]]\nquestion = \"{at}\"\nanswer = \"a\"\n")).collect();
    let reading = check_faq("f.toml", &tables, 20_000, &[]);
    assert_eq!(reading.rows[19_999].0, 59_998);
}

#[test]
fn other_endings_are_refused() {
    for name in ["f.txt", "f", "csv", ".xls", "a.csv.exe"] {
        check_bytes::<Faq>(name, b"question,answer\na,b\n", 0, &["1 : "]);
    }
    check_bytes::<Faq>("f.xls", b"", 0, &["1 : save the sheet as .xlsx"]);
}

#[test]
fn too_much_is_refused() {
    let large = vec![b' '; MAX_BYTES + 1];
    check_bytes::<Faq>("f.csv", &large, 0, &["1 : larger than 64 MB"]);
    let large = vec![b' '; MAX_WHOLE_BYTES + 1];
    check_bytes::<Faq>("f.json", &large, 0, &["1 : use .jsonl or .csv"]);
    check_bytes::<Faq>("f.toml", &large, 0, &["1 : use .jsonl or .csv"]);
    let wide = format!("question,answer{}\n", ",x".repeat(1_000));
    check_faq("f.csv", &wide, 0, &["1 : more than 1000 columns"]);
    let wrong = check_bad_rows(20_000);
    assert_eq!((wrong.errors.len(), wrong.rejected), (10_000, 20_000));
}

fn check_bad_rows(rows: usize) -> Reading<Faq> {
    read::<Faq>("f.csv", format!("question,answer\n{}", "a,\n".repeat(rows)).as_bytes())
}

/// A workbook of one sheet with these rows as XML.
fn workbook(rows: &str) -> Vec<u8> {
    let sheet = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    packed(&[
        (
            "_rels/.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", &sheet),
    ])
}

fn packed(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A row of texts (or numbers with `=` before them) as XML.
fn xml_row(number: u32, cells: &[&str]) -> String {
    let cell = |(at, text): (usize, &&str)| {
        let place = format!("{}{number}", char::from(b'A' + at as u8));
        match text.strip_prefix('=') {
            _ if text.is_empty() => String::new(),
            Some(value) => format!(r#"<c r="{place}"><v>{value}</v></c>"#),
            None => format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#),
        }
    };
    format!(r#"<row r="{number}">{}</row>"#, cells.iter().enumerate().map(cell).collect::<String>())
}

#[test]
fn workbooks_are_read() {
    let rows = [
        xml_row(2, &["SKU", "note", "name", "category", "price_fen", "stock"]),
        xml_row(3, &["=10086", "x", "杯子", "general", "=4900", "=3"]),
        xml_row(4, &["", "only a note"]),
        xml_row(7, &["b", "", "碗", "general", "=49.5", "many"]),
        r##"<row r="8"><c r="A8" t="e"><v>#N/A</v></c><c r="C8" t="inlineStr"><is><t>n</t></is></c></row>"##.into(),
    ];
    let expected =
        ["7 price_fen: integer fen", "7 stock: not a whole", "8 sku: #N/A", "8 category: empty", "8 price_fen: empty"];
    let reading = check_bytes::<Product>("p.xlsx", &workbook(&rows.concat()), 1, &expected);
    let (line, product) = &reading.rows[0];
    assert_eq!((*line, product.sku.as_str(), product.price_fen, product.stock), (3, "10086", 4_900, Some(3)));
}

#[test]
fn workbooks_that_are_none_are_refused() {
    check_bytes::<Faq>("f.xlsx", b"question,answer\n", 0, &["1 : is not an .xlsx workbook"]);
    check_bytes::<Faq>("f.xlsx", b"", 0, &["1 : is not an .xlsx workbook"]);
    check_bytes::<Faq>("f.xlsx", &packed(&[("a.txt", "b")]), 0, &["1 : is not a readable workbook"]);
    check_bytes::<Faq>("f.xlsx", &workbook(""), 0, &["1 question: no column", "1 answer: no column"]);
    check_bytes::<Faq>("f.xlsx", &workbook(&xml_row(1, &["question"])), 0, &["1 answer: there is no column"]);
    let mut cut = workbook(&xml_row(1, &["question", "answer"]));
    cut.truncate(cut.len() / 2);
    check_bytes::<Faq>("f.xlsx", &cut, 0, &["1 : is not an .xlsx workbook"]);
}

#[test]
fn a_workbook_that_unpacks_to_too_much_is_refused() {
    let zeros = "0".repeat(129 * 1024 * 1024);
    let bomb = packed(&[("xl/sharedStrings.xml", &zeros)]);
    assert!(bomb.len() < 1_000_000);
    check_bytes::<Faq>("f.xlsx", &bomb, 0, &["1 : unpacks to more than 128 MB"]);
}

#[test]
fn cells_in_far_corners_take_no_memory() {
    let rows = xml_row(1, &["question", "answer"]) + r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    check_bytes::<Faq>("f.xlsx", &workbook(&rows), 0, &[]);
}
