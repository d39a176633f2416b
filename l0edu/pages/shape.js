"use strict";
/* How is an element of SVG made? All figures of all pages are made with this one function. */

/**
 * @param {string} name  of the element, as "circle"
 * @param {Object} attributes
 * @param {...(Node|string|number)} children  elements or text
 * @returns {SVGElement}
 */
function shape(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
