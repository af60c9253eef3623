// How charts look, in the report and in the pages that the server makes: in the colours of where they stand.
"use strict";

function chartLooks({ ink, soft, line, accent, categories }) {
  return {
    background: "transparent",
    font: "system-ui, sans-serif",
    view: { stroke: "transparent" },
    axis: {
      labelColor: soft, titleColor: ink, gridColor: line, domainColor: line, tickColor: line,
      labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal", titlePadding: 8,
    },
    legend: { labelColor: soft, titleColor: ink, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" },
    range: { category: categories },
    mark: { color: accent },
    rule: { color: accent },
    tick: { color: ink },
  };
}
