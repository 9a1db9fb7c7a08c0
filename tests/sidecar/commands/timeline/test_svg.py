"""Whatever is written is well-formed, and says what it was given."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from forge_manager.commands.timeline.svg import element, text
from tests.sidecar.commands.timeline import samples


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")))
def test_a_text_is_read_as_it_was_written(said: str) -> None:
    read = samples.xml(element("text", text(said), note=said))
    assert (read.text or "", read.get("note")) == (said, said)


@given(st.text())
def test_what_xml_cannot_say_is_replaced(said: str) -> None:
    read = samples.xml(element("text", text(said), note=said))
    assert len((read.text or "").replace("\n", "\r")) <= len(said)


def test_markup_in_a_text_is_text() -> None:
    assert element("text", text("<a> & b"), note='"<&') == (
        "<text note='\"&lt;&amp;'>&lt;a&gt; &amp; b</text>"
    )


def test_numbers_and_names_of_attributes() -> None:
    said = element("rect", class_="gap", x=1.0, y=2.25, data_pod="pool-0")
    assert said == '<rect class="gap" x="1" y="2.2" data-pod="pool-0"/>'
