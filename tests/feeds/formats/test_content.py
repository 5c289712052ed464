from dataclasses import replace

from feeds.formats.content import Notice, Product, affected_by, affected_products, from_json, to_json


def test_what_is_sealed_at_rest_is_read_back_whole(notice: Notice) -> None:
    assert from_json(to_json(notice.content)) == notice.content


def test_a_fixed_product_is_not_listed_as_affected(notice: Notice) -> None:
    first, second = notice.content.vulnerabilities
    assert [p.id for p in affected_by(notice.content, first)] == ["P-1"]
    assert [p.id for p in affected_by(notice.content, second)] == ["P-1", "P-2"]
    assert [p.id for p in affected_products(notice.content)] == ["P-1", "P-2"]


def test_a_product_without_an_id_is_affected_by_everything(notice: Notice) -> None:
    typed = Product(vendor="Example", name="Typed by hand")
    content = replace(notice.content, products=(typed,))
    assert affected_products(content) == (typed,)
    assert affected_products(replace(content, vulnerabilities=())) == (typed,)
