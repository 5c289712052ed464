"""The product tree of a CSAF document as a flat list of products.

Reading takes away: what is understood is popped from the document, so that what is left at the end is
exactly what was not mapped.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from feeds.formats.content import Product

Node = dict[str, Any]

_VERSIONS = ("product_version", "product_version_range", "patch_level", "service_pack")
_NAMES = ("product_name", "product_family")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Products:
    """The products in document order, and the product groups by their id."""

    listed: tuple[Product, ...] = ()
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def named(self, scope: Node) -> tuple[str, ...]:
        """Take product and group ids away from a node and return the product ids they mean."""
        ids = [*scope.pop("product_ids", ())]
        for group in scope.pop("group_ids", ()):
            ids += self.groups.get(group, ())
        return tuple(dict.fromkeys(ids))


def read_products(tree: Node) -> Products:
    """Take the products away from a product tree."""
    listed = list(_branches(tree.get("branches", []), ()))
    listed += [_product(node, ()) for node in tree.get("full_product_names", [])]
    _related(tree, listed)
    groups = {
        group.pop("group_id"): tuple(group.pop("product_ids")) for group in tree.get("product_groups", [])
    }
    return Products(listed=tuple(listed), groups=groups)


def _branches(branches: list[Node], path: tuple[tuple[str, str], ...]) -> Iterator[Product]:
    for branch in branches:
        name = branch.pop("name")
        here = (*path, (branch.pop("category"), name))
        found = [_product(branch["product"], here)] if "product" in branch else []
        found += _branches(branch.get("branches", []), here)
        if not all(_says(product, name) for product in found):
            branch["name"] = name  # a family, or a vendor in a vendor, for which a product has no field
        yield from found


def _says(product: Product, name: str) -> bool:
    """Tell whether a product holds every word of a name."""
    words = f"{product.vendor} {product.name} {product.versions}"
    return set(_WORD.findall(name)) <= set(_WORD.findall(words))


def _product(node: Node, path: tuple[tuple[str, str], ...]) -> Product:
    said = dict(path)
    full_name = node["name"]
    others = [name for kind, name in path if kind not in ("vendor", *_NAMES, *_VERSIONS)]
    vendor, name = said.get("vendor", ""), said.get("product_name") or full_name
    versions = [name for kind, name in path if kind in _VERSIONS and name != full_name]
    words = " ".join([*versions, *(f"({other})" for other in others)])
    start = " ".join(word for word in (vendor.strip(), name.strip()) if word)
    product = Product(
        vendor=vendor,
        name=name,
        # A range in words has no branch of its own: it stands in the full name only.
        versions=words or full_name.removeprefix(start).strip() * (full_name != name),
        id=node.pop("product_id"),
        **_identifiers(node.get("product_identification_helper", {})),
    )
    if _says(product, full_name):
        node.pop("name")
    return product


def _identifiers(helper: Node) -> dict[str, str]:
    purls = helper.pop("purls", [])
    purl = helper.pop("purl", "") or (purls.pop(0) if purls else "")
    if purls:
        helper["purls"] = purls
    return {"cpe": helper.pop("cpe", ""), "purl": purl}


def _related(tree: Node, listed: list[Product]) -> None:
    # A path may begin at a product that another path made: each looks among all that are known by then.
    for made in (*tree.get("relationships", []), *tree.get("product_paths", [])):
        known = {product.id: product for product in listed}
        start = known.get(made.pop("product_reference", None) or made.pop("beginning_product_reference", ""))
        steps = made.pop("subpaths", None) or [
            {
                "category": made.pop("category"),
                "next_product_reference": made.pop("relates_to_product_reference"),
            }
        ]
        words = [f"{step['category'].replace('_', ' ')} {_name(known, step)}" for step in steps]
        product = _product(made["full_product_name"], (("vendor", start.vendor if start else ""),))
        listed.append(replace(product, versions="; ".join(words)))


def _name(known: dict[str, Product], step: Node) -> str:
    reference = str(step["next_product_reference"])
    return known[reference].name if reference in known else reference
