"""What each kind of shop is, and how it is connected, step by step."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ABOUT: dict[str, Promise] = {
    "shopify": _("Orders and refunds the moment they happen; what a message missed is found every half hour."),
    "woocommerce": _(
        "Orders by webhook. WooCommerce never repeats a message, so give us a key to ask what was missed."
    ),
    "saleor": _("Whole orders by a subscription that we ship, signed with your Saleor's own key."),
    "medusa": _("Medusa has no webhooks: a subscriber of thirty lines, which we ship, sends each order signed."),
    "feed": _("Any other shop: the canonical order, signed by Standard Webhooks."),
}

_STEPS: dict[str, list[Promise]] = {
    "shopify": [
        _("In Shopify's admin open Settings → Notifications → Webhooks, or your app's configuration."),
        _("Make a webhook in JSON with the address above for each of: orders/create, orders/paid, orders/updated, "
          "orders/cancelled, refunds/create."),
        _("For an app also the three privacy topics: customers/data_request, customers/redact, shop/redact."),
        _("For the comparison every half hour give the app the right read_orders, and enter its Admin API token here."),
        _("With that token we can make the webhooks for you (“Make the webhooks in the shop”), and make one again that Shopify "
          "deleted."),
    ],
    "woocommerce": [
        _("In WordPress open WooCommerce → Settings → Advanced → REST API, make a key with the right Read/Write, and enter it "
          "here as ck_…:cs_…: it finds refunds' lines and whatever a message missed."),
        _("Then press “Make the webhooks in the shop”: all four are made within a minute, with the address and the secret above, "
          "and switched on again when WooCommerce switched one off after failures."),
        _("Or by hand, without that right: under Webhooks add four with the address and the secret above, status Active, version "
          "WP REST API v3: order created, order updated, order deleted, order restored."),
    ],
    "saleor": [
        _("Install an app with the right MANAGE_ORDERS, or use one that you have."),
        _("Add a webhook with the address above and the subscription below; leave the secretKey empty."),
        _("Enter the app's token here: it finds whatever a message missed."),
    ],
    "medusa": [
        _("Copy integrations/shops/medusa/laoyou.ts to src/subscribers/laoyou.ts of your Medusa project."),
        _("Set LAOYOU_URL to the address above, LAOYOU_SECRET to the secret and LAOYOU_SOURCE to the source, and restart Medusa."),
    ],
    "feed": [
        _("Send each change of an order as the whole order, in the form of POST /api/v1/orders, to the address above."),
        _("Sign it by Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature) with the secret above."),
        _("Repeat a message that was not answered with 200, under the same webhook-id."),
    ],
}  # fmt: skip


def steps_for(kind: str) -> list[Promise]:
    """What a person does in the shop, in order."""
    return _STEPS[kind]
