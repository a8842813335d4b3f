//! What servers send, line by line, and what we make of it. Each case is fed whole, byte by byte and in odd packets.

use super::*;

const UNREADABLE: &str = "a piece cannot be read";

/// Feeds `body` in packets of `size` bytes.
fn read(body: &[u8], size: usize) -> Result<Reply, ModelError> {
    let mut assembly = Assembly::default();
    for packet in body.chunks(size) {
        assembly.feed(packet)?;
    }
    assembly.end()?;
    Ok(assembly.reply)
}

#[track_caller]
fn check(body: &str, expected: &Result<Reply, ModelError>) {
    for size in [body.len().max(1), 1, 7, 100] {
        assert_eq!(&read(body.as_bytes(), size), expected, "in packets of {size}: {body}");
    }
}

#[track_caller]
fn check_text(body: &str, text: &str, finish: Finish) {
    check(body, &Ok(Reply { text: text.into(), finish, ..Reply::default() }));
}

#[track_caller]
fn check_broken(body: &str, what: &'static str, partial: bool) {
    check(body, &Err(ModelError::Broken { what, partial }));
}

/// A stream of `pieces`, each the inside of a choice, then `[DONE]`.
fn events(pieces: &[&str]) -> String {
    let mut body: String = pieces.iter().map(|piece| format!("data: {{\"choices\":[{{{piece}}}]}}\n\n")).collect();
    body.push_str("data: [DONE]\n\n");
    body
}

const HELLO: &str = r#""delta":{"content":"您好"}"#;
const STOP: &str = r#""delta":{},"finish_reason":"stop""#;

#[test]
fn plain_streams() {
    check_text(&events(&[HELLO, r#""delta":{"content":"，在的"}"#, STOP]), "您好，在的", Finish::Stop);
    check_text(&events(&[r#""delta":{"role":"assistant","content":""}"#, HELLO, STOP]), "您好", Finish::Stop);
    check_text(
        &events(&[r#""delta":{"content":"a\n\"b\" \u4f60"},"finish_reason":"stop""#]),
        "a\n\"b\" 你",
        Finish::Stop,
    );
}

#[test]
fn reasons_to_finish() {
    for (word, finish) in [
        (r#""stop""#, Finish::Stop),
        (r#""length""#, Finish::Length),
        (r#""content_filter""#, Finish::Filtered),
        (r#""repetition_truncation""#, Finish::Other),
        (r#""""#, Finish::Missing),
        ("null", Finish::Missing),
        ("7", Finish::Other),
    ] {
        check_text(&events(&[HELLO, &format!(r#""delta":{{}},"finish_reason":{word}"#)]), "您好", finish);
    }
    // An empty reason with each piece is no end.
    let pieces = [r#""delta":{"content":"a"},"finish_reason":"""#, r#""delta":{"content":"b"},"finish_reason":"stop""#];
    check_text(&events(&pieces), "ab", Finish::Stop);
    check_text(&events(&[r#""delta":{},"finish_reason":"content_filter""#]), "", Finish::Filtered);
}

#[test]
fn odd_but_legal_framing() {
    let body = events(&[HELLO, STOP]);
    check_text(&body.replace("data: ", "data:"), "您好", Finish::Stop);
    check_text(&body.replace('\n', "\r\n"), "您好", Finish::Stop);
    check_text(&body.replace("\n\n", "\n"), "您好", Finish::Stop);
    check_text(&format!(": keep-alive\n\n\nevent: message\nid: 7\nretry: 10\n{body}"), "您好", Finish::Stop);
    check_text(&format!("\u{feff}{body}"), "您好", Finish::Stop);
    check_text(&format!("data: ping\n\ndata:\n\n{body}"), "您好", Finish::Stop);
    check_text(body.trim_end(), "您好", Finish::Stop);
}

#[test]
fn odd_pieces() {
    for piece in [
        r#""delta":{"role":"","content":"您好","refusal":null,"tool_calls":null}"#,
        r#""index":0,"logprobs":null,"delta":{"content":[{"type":"text","text":"您"},{"type":"text","text":"好"}]}"#,
        r#""delta":{"content":{"type":"text","text":"您好"}},"finish_reason":null"#,
        r#""delta":{"reasoning_content":"想想","reasoning":"hm","content":"您好"}"#,
        r#""delta":{"content":[{"type":"thinking","text":"想想"},{"type":"text","text":"您好"}]}"#,
        r#""delta":null,"message":{"content":"您好"}"#,
    ] {
        check_text(&events(&[piece, STOP]), "您好", Finish::Stop);
    }
    for quiet in [
        r#"{"choices":[]}"#,
        r#"{"choices":null,"usage":null}"#,
        r#"{}"#,
        r#"{"choices":[{"index":1,"delta":{"content":"我是第二个"}}]}"#,
        r#"{"choices":[{"delta":{"reasoning_content":"想想","content":null}}]}"#,
        r#"{"id":7,"created":"now","model":null,"object":[],"choices":[],"error":null}"#,
    ] {
        check_text(&format!("data: {quiet}\n\n{}", events(&[HELLO, STOP])), "您好", Finish::Stop);
    }
}

#[test]
fn pieces_that_differ_in_more_than_their_words() {
    let pieces = [HELLO, r#""delta":{"content":"，在的"}"#, r#""delta":{"content":"\"1\n2\""}"#, HELLO, STOP];
    check_text(&events(&pieces), "您好，在的\"1\n2\"您好", Finish::Stop);
    let call =
        r#""delta":{"content":"稍等","tool_calls":[{"index":0,"id":"c","function":{"name":"a","arguments":"{}"}}]}"#;
    let called = vec![ToolCall { id: "c".into(), name: "a".into(), arguments: "{}".into() }];
    check(
        &events(&[HELLO, call, HELLO, STOP]),
        &Ok(Reply { text: "您好稍等您好".into(), finish: Finish::Stop, tool_calls: called, ..Reply::default() }),
    );
    check_text(&events(&[HELLO, r#""delta":{"content":"好"},"finish_reason":"length""#]), "您好好", Finish::Length);
    check_broken(&events(&[HELLO, "\"delta\":{\"content\":\"\u{1}\"}", STOP]), UNREADABLE, true);
}

#[test]
fn ends() {
    let whole = events(&[HELLO, STOP]);
    check_text(whole.trim_end_matches("data: [DONE]\n\n"), "您好", Finish::Stop);
    check_text(&events(&[HELLO]), "您好", Finish::Missing);
    check_broken(events(&[HELLO]).trim_end_matches("data: [DONE]\n\n"), CUT, true);
    check_broken("data: {\"choices\":[{\"delta\":{\"content\":\"您好", CUT, false);
    check_broken("", EMPTY, false);
    check_broken(" \n\n", EMPTY, false);
    check_broken("data: [DONE]\n\n", EMPTY, false);
    check_broken(&events(&[STOP]), EMPTY, false);
    check_broken(": keep-alive\n\n", CUT, false);
}

#[test]
fn what_is_no_reply() {
    check_broken("<html>502</html>", "the answer is a page, not a reply", false);
    check_broken("\n <!DOCTYPE html>", "the answer is a page, not a reply", false);
    check_broken(&format!("data: {{\"choices\":[{{\"del\n\n{}", events(&[HELLO, STOP])), UNREADABLE, false);
    check_broken(&events(&[HELLO, r#""delta":{"content":"不"#, STOP]), UNREADABLE, true);
    check_broken(&format!("data: {}\n", "x".repeat(70_000)), "a line is longer than 64 kB", false);
    check_broken(&"x".repeat(70_000), "a line is longer than 64 kB", false);
}

#[test]
fn invalid_utf8_is_no_reply() {
    let body = b"data: {\"choices\":[{\"delta\":{\"content\":\"\xff\"}}]}\n\ndata: [DONE]\n\n";
    assert_eq!(read(body, 10), Err(ModelError::broken(UNREADABLE)));
}

#[test]
fn too_much() {
    let piece = format!(r#""delta":{{"content":"{}"}}"#, "字".repeat(3_000));
    let body = events(&vec![&*piece; 40]);
    assert_eq!(
        read(body.as_bytes(), 8_192),
        Err(ModelError::Broken { what: "the reply is longer than 256 kB", partial: true })
    );
    let comments = ": keep-alive\n".repeat(100_000);
    assert_eq!(read(comments.as_bytes(), 8_192), Err(ModelError::broken("the answer is larger than 1 MB")));
    let call = r#""delta":{"tool_calls":[{"index":4000000000,"function":{"name":"a"}}]}"#;
    check_broken(&events(&[call]), "the reply calls too many tools", false);
}

#[test]
fn errors_within_a_stream() {
    for (data, status, code) in [
        (r#"{"error":{"message":"您好","code":502}}"#, 502, Some("502")),
        (r#"{"error":{"message":"您好","code":"429"},"choices":[]}"#, 429, Some("429")),
        (r#"{"error":{"message":"您好","type":"server_error","code":null}}"#, 503, Some("server_error")),
        (r#"{"error":{"code":"data_inspection_failed"}}"#, 200, Some("data_inspection_failed")),
        (r#"{"error":"您好 overloaded"}"#, 200, None),
        (r#"{"object":"error","message":"您好","type":"BadRequestError","code":400}"#, 400, Some("400")),
        (r#"{"error":{"code":"您 好"}}"#, 200, None),
    ] {
        let refused = Err(ModelError::Refused { status, code: code.map(str::to_owned) });
        check(&format!("data: {data}\n\ndata: [DONE]\n\n"), &refused);
        check(data, &refused);
    }
}

#[test]
fn one_json_body_in_answer_to_a_stream() {
    let body = r#"{"id":"1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"您好"},
        "finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}"#;
    check(
        body,
        &Ok(Reply {
            text: "您好".into(),
            finish: Finish::Stop,
            usage: Some(Usage { prompt: 9, completion: 2, cached: 0 }),
            model: Some("m".into()),
            tool_calls: vec![],
        }),
    );
    check_broken(&body[..body.len() / 2], UNREADABLE, false);
}

#[test]
fn usage() {
    for (usage, expected) in [
        (r#"{"prompt_tokens":9,"completion_tokens":2}"#, Some((9, 2, 0))),
        (r#"{"prompt_tokens":9,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":8}}"#, Some((9, 2, 8))),
        (r#"{"prompt_tokens":9,"completion_tokens":2,"prompt_cache_hit_tokens":7}"#, Some((9, 2, 7))),
        (r#"{"prompt_tokens":9,"completion_tokens":2,"prompt_tokens_details":null}"#, Some((9, 2, 0))),
        (r#"{"prompt_tokens":"many"}"#, None),
        ("null", None),
        ("[]", None),
    ] {
        let body =
            events(&[HELLO, STOP]).replace("data: [DONE]", &format!("data: {{\"choices\":[],\"usage\":{usage}}}"));
        let usage = expected.map(|(prompt, completion, cached)| Usage { prompt, completion, cached });
        check(&body, &Ok(Reply { text: "您好".into(), finish: Finish::Stop, usage, ..Reply::default() }));
    }
}

#[track_caller]
fn check_calls(pieces: &[&str], expected: &[(&str, &str, &str)]) {
    let pieces: Vec<_> = pieces.iter().map(|piece| format!(r#""delta":{{"tool_calls":[{piece}]}}"#)).collect();
    let mut pieces: Vec<_> = pieces.iter().map(String::as_str).collect();
    pieces.push(r#""finish_reason":"tool_calls""#);
    let call = |&(id, name, arguments): &(&str, &str, &str)| ToolCall {
        id: id.into(),
        name: name.into(),
        arguments: arguments.into(),
    };
    let tool_calls = expected.iter().map(call).collect();
    check(&events(&pieces), &Ok(Reply { finish: Finish::ToolCalls, tool_calls, ..Reply::default() }));
}

#[test]
fn tool_calls() {
    let begin = r#"{"index":0,"id":"c1","type":"function","function":{"name":"order","arguments":""}}"#;
    let more = [r#"{"index":0,"function":{"arguments":"{\"id\":"}}"#, r#"{"index":0,"function":{"arguments":"7}"}}"#];
    check_calls(&[begin, more[0], more[1]], &[("c1", "order", r#"{"id":7}"#)]);
    // Two at a time, their pieces mixed.
    let other = r#"{"index":1,"id":"c2","function":{"name":"size","arguments":"{}"}}"#;
    check_calls(&[begin, more[0], other, more[1]], &[("c1", "order", r#"{"id":7}"#), ("c2", "size", "{}")]);
    check_calls(&[&[begin, other].join(",")], &[("c1", "order", ""), ("c2", "size", "{}")]);
    // Without an index, by id; without either, to the last.
    let bare = |id: &str, piece: &str| format!(r#"{{"id":"{id}","function":{{"name":"n","arguments":"{piece}"}}}}"#);
    check_calls(&[&bare("a", "1"), &bare("b", "2"), &bare("a", "3")], &[("a", "n", "13"), ("b", "n", "2")]);
    check_calls(&[&bare("a", "1"), r#"{"function":{"arguments":"2"}}"#], &[("a", "n", "12")]);
    check_calls(&[&bare("", "1"), r#"{"id":null,"function":{"arguments":"2"}}"#], &[("", "n", "12")]);
    // Arguments as JSON itself, as null, and an index that begins at one.
    check_calls(
        &[
            r#"{"index":1,"id":"x","function":{"name":"n","arguments":{"id":7}}}"#,
            r#"{"index":1,"function":{"arguments":null}}"#,
        ],
        &[("x", "n", r#"{"id":7}"#)],
    );
}

/// Fragments that make good streams, bad ones, and nonsense.
fn fragment() -> impl proptest::strategy::Strategy<Value = Vec<u8>> {
    use proptest::prelude::*;
    let known = [
        "data: {\"choices\":[{\"delta\":{\"content\":\"您好\"}}]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"arguments\":\"{\"}}]}}]}\n\n",
        "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\r\n\r\n",
        "data: {\"error\":{\"code\":502}}\n\n",
        "data: [DONE]\n\n",
        ": keep-alive\n",
        "data:",
        "{\"choices\":[",
        "\u{feff}\n <",
    ];
    prop_oneof![
        4 => proptest::sample::select(known.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..20),
    ]
}

proptest::proptest! {
    /// Whatever comes, and however it is cut, it means the same and nothing panics.
    #[test]
    fn packets_do_not_matter(fragments in proptest::collection::vec(fragment(), 0..8), size in 1_usize..40) {
        let body = fragments.concat();
        proptest::prop_assert_eq!(read(&body, size), read(&body, usize::MAX));
    }
}
