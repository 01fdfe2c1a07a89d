// The site's one Trusted Types policy. It is for HTML that OUR server cooked (sanitised) and for nothing else: text from
// people goes into a page by textContent. Named in the Content-Security-Policy; a second policy would be refused.

const policy = globalThis.trustedTypes?.createPolicy("laoyou-cooked", { createHTML: (html) => html });

/** Replace what `element` holds by HTML cooked by the server. */
export function setCooked(element, html) {
  element.innerHTML = policy ? policy.createHTML(html) : html;
}

/** A DocumentFragment of HTML cooked by the server. */
export function cooked(html) {
  const template = document.createElement("template");
  setCooked(template, html);
  return template.content;
}
