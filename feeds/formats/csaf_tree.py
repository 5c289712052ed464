"""The products of a notice as a CSAF product tree: vendor, product, version, and an id for each."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

from packageurl import PackageURL

from feeds.formats.content import Product
from feeds.formats.cpe import is_cpe

Node = dict[str, Any]

# A version, and a range in signs; a range in words is neither to CSAF (tests 6.1.31 and 6.1.50 of 2.1).
_VERSION = re.compile(r"(?!.*\.[Xx*](?:\b|$))(?!(?i:all)$)[\w.+~:()-]+")
_RANGE = re.compile(r"[<>][\w.+~:<>=,|*-]+|vers:\S+")


@dataclass(frozen=True, slots=True)
class Tree:
    """The products with the ids they have in the document, each once."""

    listed: tuple[tuple[str, Product], ...]
    version: str

    @classmethod
    def of(cls, products: Sequence[Product], version: str) -> Self:
        """Give an id to each product: its own, or a new one where it has none or shares it."""
        taken: set[str] = {product.id for product in products if product.id}
        used: set[str] = set()
        listed = []
        for number, product in enumerate(products, 1):
            identifier = product.id
            while not identifier or identifier in used or (identifier != product.id and identifier in taken):
                identifier = f"PI-{number}" if identifier == product.id else f"{identifier}'"
            used.add(identifier)
            listed.append((identifier, product))
        return cls(tuple(_in_document_order(listed)), version)

    def ids(self, products: Sequence[Product]) -> list[str]:
        """Return the ids of these products, in the order of the document."""
        wanted = set(products)
        return [identifier for identifier, product in self.listed if product in wanted]

    def node(self) -> Node:
        """Return the product tree."""
        plain = [self._full(identifier, each) for identifier, each in self.listed if not each.vendor]
        branches = list(self._branches())
        named: Node = {"branches": branches} if branches else {}
        return named | ({"full_product_names": plain} if plain else {})

    def _branches(self) -> Iterator[Node]:
        vendors: dict[str, dict[str, list[tuple[str, Product]]]] = defaultdict(lambda: defaultdict(list))
        for identifier, product in self.listed:
            if product.vendor:
                vendors[product.vendor][product.name].append((identifier, product))
        for vendor, names in vendors.items():
            inner = [branch for name, items in names.items() for branch in self._named(name, items)]
            yield {"category": "vendor", "name": vendor, "branches": inner}

    def _named(self, name: str, items: list[tuple[str, Product]]) -> Iterator[Node]:
        versions = []
        for identifier, each in items:
            full = self._full(identifier, each)
            if branch := _version(each.versions):
                versions.append(branch | {"product": full})
            else:
                yield {"category": "product_name", "name": name, "product": full}
        if versions:
            yield {"category": "product_name", "name": name, "branches": versions}

    def _full(self, identifier: str, product: Product) -> Node:
        words = (product.vendor, product.name, _version(product.versions).get("name", product.versions))
        name = " ".join(word for word in map(str.strip, words) if word) or "-"
        node: Node = {"name": name, "product_id": identifier}
        if helper := _identifiers(product, self.version):
            node["product_identification_helper"] = helper
        return node


def _in_document_order(listed: list[tuple[str, Product]]) -> list[tuple[str, Product]]:
    """Put vendors, their products and those without a version of CSAF's own first, as the tree does.

    So a reader of the document finds the same order, and writes the same document again.
    """
    vendors = list(dict.fromkeys(product.vendor for _, product in listed))
    names = list(dict.fromkeys((product.vendor, product.name) for _, product in listed))

    def place(entry: tuple[str, Product]) -> tuple[bool, int, int, bool]:
        product = entry[1]
        versioned = bool(product.vendor and _version(product.versions))
        name = names.index((product.vendor, product.name)) if product.vendor else 0
        return not product.vendor, vendors.index(product.vendor), name, versioned

    return sorted(listed, key=place)


def _version(words: str) -> Node:
    if _VERSION.fullmatch(words):
        return {"category": "product_version", "name": words}
    signs = words.replace(" ", "")
    return {"category": "product_version_range", "name": signs} if _RANGE.fullmatch(signs) else {}


def _identifiers(product: Product, version: str) -> Node:
    node: Node = {}
    if is_cpe(product.cpe):
        node["cpe"] = product.cpe
    if _is_purl(product.purl):
        node |= {"purls": [product.purl]} if version == "2.1" else {"purl": product.purl}
    return node


def _is_purl(text: str) -> bool:
    try:
        return bool(PackageURL.from_string(text))
    except ValueError:
        return False
