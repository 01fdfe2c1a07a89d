// src/subscribers/laoyou.ts of a Medusa 2 project: sends each order, whole and signed, to Laoyou.
// LAOYOU_URL, LAOYOU_SECRET (whsec_…) and LAOYOU_SOURCE come from Laoyou's page of the shop. Throwing makes Medusa try again.
import { createHmac } from "node:crypto"
import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"

const FIELDS = ["*", "items.*", "customer.*", "payment_collections.payments.captures.*", "payment_collections.payments.refunds.*"]
const TOTALS = ["items.subtotal", "items.discount_subtotal", "items.tax_total", "tax_total", "shipping_subtotal", "discount_subtotal"]

export default async function sendToLaoyou({ event, container }: SubscriberArgs<{ id: string }>) {
  const query = container.resolve(ContainerRegistrationKeys.QUERY)
  let id = event.data.id
  if (event.name.startsWith("payment.")) {
    const found = await query.graph({ entity: "payment", fields: ["payment_collection.order.id"], filters: { id } })
    id = (found.data[0] as any)?.payment_collection?.order?.id
  }
  const { data: [order] } = await query.graph({ entity: "order", fields: [...FIELDS, ...TOTALS], filters: { id } }) as { data: any[] }
  if (!order || (!order.customer_id && !order.email)) return

  const currency = order.currency_code.toUpperCase()
  const digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2
  const minor = (value: unknown) => Number(Number(value ?? 0).toFixed(digits).replace(".", ""))
  const payments = (order.payment_collections ?? []).flatMap((one: any) => one.payments ?? [])
  const captures = payments.flatMap((one: any) => one.captures ?? [])
  const given = payments.flatMap((one: any) => one.refunds ?? [])
  const times = [order, ...captures].map((one: any) => one.updated_at ?? one.created_at).concat(given.map((one: any) => one.created_at))
  const changed = new Date(Math.max(...times.map((at: string) => new Date(at).getTime()))).toISOString()
  const lines = order.items.map((item: any) => ({
    external_id: item.id, sku: item.variant_sku ?? "", product: item.product_title ?? item.title, category: item.product_type ?? "",
    quantity: Number(item.quantity), amount_net: minor(Number(item.subtotal) - Number(item.discount_subtotal ?? 0)),
    amount_tax: minor(item.tax_total), earns: !item.is_giftcard,
  }))
  const net = lines.reduce((sum: number, line: any) => sum + line.amount_net, 0)
  const gross = net + lines.reduce((sum: number, line: any) => sum + line.amount_tax, 0)
  const refunds = given.map((one: any) => ({
    external_id: one.id, occurred_at: new Date(one.created_at).toISOString(),
    amount: gross ? Math.min(net, Math.round((minor(one.amount) * net) / gross)) : 0,
  }))
  const paid = captures.length > 0
  const state = order.status === "canceled" ? "cancelled" : !paid ? "pending" : refunds.length ? "partly_refunded" : "paid"
  const body = JSON.stringify({
    source: process.env.LAOYOU_SOURCE, external_id: order.id, revision: changed, occurred_at: changed,
    placed_at: new Date(order.created_at).toISOString(), currency, payment_state: state,
    ...(paid && { paid_at: new Date(captures[0].created_at).toISOString() }),
    member: { ...(order.customer_id && { external_id: order.customer_id }), ...(order.email && { email: order.email }) },
    totals: { net, tax: minor(order.tax_total), shipping: minor(order.shipping_subtotal), discount: minor(order.discount_subtotal) },
    lines, refunds,
  })
  const [number, at] = [`${id}-${changed}-${createHmac("sha256", "").update(body).digest("hex").slice(0, 12)}`, `${Math.floor(Date.now() / 1000)}`]
  const key = Buffer.from(process.env.LAOYOU_SECRET!.replace("whsec_", ""), "base64")
  const signature = "v1," + createHmac("sha256", key).update(`${number}.${at}.${body}`).digest("base64")
  const answer = await fetch(process.env.LAOYOU_URL!, {
    method: "POST", body,
    headers: { "content-type": "application/json", "webhook-id": number, "webhook-timestamp": at, "webhook-signature": signature },
  })
  if (!answer.ok) throw new Error(`Laoyou answered ${answer.status}: ${await answer.text()}`)
}

export const config: SubscriberConfig = {
  event: ["order.placed", "order.updated", "order.completed", "order.canceled", "payment.captured", "payment.refunded"],
}
