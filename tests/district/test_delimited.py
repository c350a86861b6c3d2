"""Tables as people save them: encodings, separators, and what is no table at all."""

import csv
import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.district.files.delimited import SEPARATORS, read_delimited
from gridplan.district.files.given_file import read_given, read_inside
from gridplan.district.files.reason import UnreadableError
from gridplan.district.files.toml_content import parse_toml

HEADER = ("单元", "网格", "residents")
ROWS = (("u1", "甲", "1,200"), ("u2", "乙；丙", "3"), ("u3", "", "0"))
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "gb18030": "GB 18030",
    "gbk": "GB 18030",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
}


def table(separator, *, head=""):
    text = io.StringIO()
    text.write(head)
    csv.writer(text, delimiter=separator).writerows([HEADER, *ROWS])
    return text.getvalue()


def attempt(step, *given, **options):
    """Give what a step gives, or the reason why it does not."""
    try:
        return step(*given, **options), None
    except UnreadableError as error:
        return None, error.reason


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_form_gives_the_same_rows_and_says_which_it_was(encoding, separator):
    found = read_delimited(table(separator).encode(encoding))
    assert (found.header, found.rows) == (HEADER, ROWS)
    assert (found.encoding, found.separator) == (ENCODINGS[encoding], separator)
    assert (found.form is None) == (ENCODINGS[encoding] == "UTF-8" and separator == ",")
    assert found.lines == (2, 3, 4)


def test_the_line_excel_writes_for_itself_is_no_header():
    found = read_delimited(table("|", head="sep=|\r\n").encode())
    assert (found.header, found.rows, found.lines) == (HEADER, ROWS, (3, 4, 5))


def test_a_comma_in_the_header_of_a_semicolon_table_does_not_part_it():
    found = read_delimited(b"unit;a,b;c\n1;2,0;3\n4;5;6\n")
    assert found.header == ("unit", "a,b", "c")


def test_rows_longer_than_the_header_are_named_by_line():
    assert read_delimited(b"a,b\n1,2\n\n1,2,3\n4,5,\n1\n").ragged == [4]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04" + bytes(40), "excel"),
        (b"\xd0\xcf\x11\xe0" + bytes(40), "excel"),
        (b"%PDF-1.7 ...", "not-text"),
        (b"a,b\n" + bytes(range(1, 32)) * 9, "not-text"),
        (bytes(1000), "not-text"),
        (b"a,b\n1,\xff\xfe\xff\n", "encoding"),
        (b'a,b\n"1,2\n3,4\n', "csv-quote"),
        (b'a,b\n"1"2,3\n', "csv-quote"),
        (b"a,b\n" + b"x" * 200_000 + b",1\n", "csv-field"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(content, code):
    with pytest.raises(UnreadableError) as caught:
        read_delimited(content)
    assert caught.value.reason.code == code


@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_lead_to_anything_but_rows_or_a_reason(content, lenient):
    found, reason = attempt(read_delimited, content, lenient=lenient)
    if reason is None:
        assert len(found.rows) == len(found.lines)
    else:
        assert reason.text("zh") != reason.text("en")


@given(st.text(max_size=200))
def test_no_text_breaks_the_toml_door(text):
    reason = attempt(parse_toml, text.encode("utf-8", "surrogatepass"))[1]
    assert reason is None or reason.code.startswith(("toml", "not-utf8", "nested", "digits"))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a = " + b"[" * 5000 + b"]" * 5000, "nested"),
        (b"a." * 500 + b"a = 1", "nested"),
        (b"a = " + b"9" * 5000, "digits"),
        (b"a = 0x" + b"f" * 5000, "digits"),
        (b"a = [1, {b = 9223372036854775808}]", "digits"),
        ('a = "区"'.encode("gbk"), "not-utf8"),
        (b"a = 1\nb", "toml-equals"),
        (b"a = x", "toml-value"),
        (b"a = [[[", "toml-cut"),
        (b"a = 1\na = 2", "toml-twice"),
        (b"a = 'x", "toml-string"),
        (b'a = "\\x"', "toml-escape"),
        (b"a = [1", "toml-bracket"),
        (b"a = 2020-02-30", "toml-date"),
    ],
)
def test_toml_that_cannot_be_read_says_why(content, code):
    with pytest.raises(UnreadableError) as caught:
        parse_toml(content)
    assert caught.value.reason.code == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("/etc/passwd", "absolute"),
        ("C:\\data\\x.csv", "absolute"),
        ("\\\\server\\share\\x.csv", "absolute"),
        ("//server/share/x.csv", "absolute"),
        ("http://example.org/x.csv", "absolute"),
        ("/vsicurl/http://example.org/x.csv", "absolute"),
        ("../outside.csv", "outside"),
        ("link-out.csv", "outside"),
        ("circle", "links-circle"),
        ("a\0b", "name-impossible"),
        ("x" * 5000, "name-too-long"),
        ("none.csv", "not-found"),
        ("folder", "not-regular"),
        ("pipe", "not-regular"),
        ("large.csv", "too-large"),
    ],
)
def test_only_regular_files_inside_the_folder_are_read(tmp_path, name, code):
    folder = tmp_path / "district"
    (folder / "folder").mkdir(parents=True)
    (tmp_path / "outside.csv").write_text("secret", encoding="utf-8")
    (folder / "link-out.csv").symlink_to(tmp_path / "outside.csv")
    (folder / "circle").symlink_to(folder / "circle")
    (folder / "large.csv").write_bytes(bytes(101))
    os.mkfifo(folder / "pipe")  # opening it would wait for ever
    with pytest.raises(UnreadableError) as caught:
        read_inside(folder, name, most=100)
    assert caught.value.reason.code == code


def test_links_within_the_folder_and_subfolders_are_followed(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.csv").write_bytes(b"1")
    (tmp_path / "b.csv").symlink_to("sub/a.csv")
    for name in ("sub/a.csv", "b.csv", "./sub/../b.csv"):
        assert read_inside(tmp_path, name, most=1) == b"1"
    assert read_given(tmp_path / "b.csv", most=1) == b"1"
