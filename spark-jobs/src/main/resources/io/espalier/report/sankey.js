/* Draws the way of records through the stages, laid out by d3-sankey. */
"use strict";
(() => {
  const place = document.getElementById("flow");
  const flow = JSON.parse(document.getElementById("flow-data").textContent);
  if (!place || flow.links.length === 0) return;
  const namespace = "http://www.w3.org/2000/svg";
  const count = (value) => value.toLocaleString("en-US");

  const element = (name, attributes, text) => {
    const made = document.createElementNS(namespace, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const [width, labels] = [1120, 190];
  const last = flow.nodes.filter((node) => node.kind !== "stage").length;
  const height = Math.max(300, Math.min(760, 26 * last));
  /* Rejections stand beside the next stage, domains at the right end. */
  const layout = d3.sankey()
    .nodeAlign((node, columns) => (node.kind === "domain" ? columns - 1 : node.depth))
    .nodeSort((a, b) => rank(a) - rank(b) || b.value - a.value)
    .linkSort((a, b) => rank(a.target) - rank(b.target) || b.value - a.value)
    .nodeWidth(12).nodePadding(14)
    .extent([[1, 8], [width - labels, height - 8]]);
  function rank(node) {
    return { stage: 0, domain: 1, rejected: 2 }[node.kind];
  }
  const graph = layout({
    nodes: flow.nodes.map((node) => ({ ...node })),
    links: flow.links.map((link) => ({ ...link })),
  });

  const picture = element("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  const path = d3.sankeyLinkHorizontal();
  for (const link of graph.links) {
    const drawn = element("path", { d: path(link), class: "flow-" + link.target.kind, "stroke-width": Math.max(1, link.width) });
    drawn.append(element("title", {}, `${link.source.name} → ${link.target.name}: ${count(link.value)}`));
    picture.append(drawn);
  }
  for (const node of graph.nodes) {
    picture.append(element("rect", { x: node.x0, y: node.y0, width: node.x1 - node.x0, height: Math.max(1, node.y1 - node.y0), class: "flow-" + node.kind }));
  }
  /* Last, so that nothing covers them; a stage's in two lines, since the next stage is near. */
  for (const node of graph.nodes) {
    const x = node.x1 + 5;
    if (node.kind === "stage") {
      picture.append(element("text", { x, y: node.y0 + 12 }, node.name.replaceAll("_", " ")), element("text", { x, y: node.y0 + 27 }, count(node.records)));
    } else {
      picture.append(element("text", { x, y: (node.y0 + node.y1) / 2, dy: ".35em" }, `${node.name} ${count(node.records)}`));
    }
  }
  place.append(picture);
})();
