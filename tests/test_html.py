from lxml import html

from dorsale.html import document, element

HOSTILE = "</title><script>alert(1)</script>\"'&<b> \x00\x1b\ufffe"


def test_a_page_has_its_language_its_title_and_nothing_of_anybody() -> None:
    written = document("fr", "Réseaux", element("h1", "Réseaux"))
    assert written.startswith(b'<!DOCTYPE html>\n<html lang="fr">')
    page = html.fromstring(written)
    assert page.findtext(".//title") == page.findtext(".//main/h1") == "Réseaux"
    assert page.find(".//meta[@charset]").get("charset") == "utf-8"
    assert page.find(".//meta[@name='viewport']") is not None
    assert not page.xpath("//script | //link | //img | //@src")
    assert b"@import" not in written
    assert b"url(" not in written


def test_a_value_is_a_text_or_an_attribute_and_never_markup() -> None:
    page = html.fromstring(document("en", HOSTILE, element("p", HOSTILE, element("br"), HOSTILE, title=HOSTILE)))
    assert {one.tag for one in page.iter()} == {
        *("html", "head", "meta", "title", "style", "body", "main", "p", "br"),
    }
    shown = HOSTILE.replace("\x00\x1b\ufffe", "\ufffd" * 3)
    (p,) = page.iter("p")
    assert (p.text, p[0].tail, p.get("title")) == (shown, shown, shown)
    assert page.findtext(".//title") == shown


def test_an_attribute_without_a_value_is_left_out() -> None:
    made = element("td", class_=None, hidden=False, data_label="x", tabindex=0)
    assert made == '<td data-label="x" tabindex="0"></td>'


def test_only_what_an_element_wrote_is_markup() -> None:
    inner = element("b", "a & b")
    assert element("p", inner) == "<p><b>a &amp; b</b></p>"
    # Words that were put together from it are words again.
    assert element("p", inner + "<i>") == "<p>&lt;b&gt;a &amp;amp; b&lt;/b&gt;&lt;i&gt;</p>"


def test_nothing_ends_a_script_before_its_end() -> None:
    assert element("script", '{"x": "</script><script>"}').count("</script>") == 1
