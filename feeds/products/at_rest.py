"""How a product list lies in the database: one envelope, bound to its row."""

import uuid

import orjson

from feeds.products.listed import Listed
from feeds.products.models import ProductList
from hub.core.vault import Place, Vault


def sealed_products(list_id: uuid.UUID, products: tuple[Listed, ...], *, vault: Vault) -> bytes:
    """Seal a list."""
    plain = orjson.dumps([[each.vendor, each.product, each.cpe] for each in products])
    return vault.seal(plain, place=_place(list_id))


def products_of(row: ProductList, *, vault: Vault) -> tuple[Listed, ...]:
    """Return what a list holds."""
    told = orjson.loads(vault.open(row.products, place=_place(row.id)))
    return tuple(Listed(vendor=vendor, product=product, cpe=cpe) for vendor, product, cpe in told)


def _place(list_id: uuid.UUID) -> Place:
    return Place(table="product_list", row=list_id, column="products")
