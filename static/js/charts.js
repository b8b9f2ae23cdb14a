// Draws <figure data-chart="bar" data-source="#table"> from the table, which stays there to be read.
(() => {
  const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
  const POINTS = ["circle", "rect", "triangle", "rectRot", "cross", "star"];
  const charts = [];
  let opened = [];

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const figures = () => [...document.querySelectorAll("figure[data-chart]")];
  const source = (figure) => document.querySelector(figure.dataset.source);

  // "–" and "" are no figure; "1,234" and "87.5 %" are.
  const figureIn = (cell) => {
    const text = cell?.dataset.value ?? cell?.textContent.replace(/[^\d.-]/g, "") ?? "";
    return text === "" || Number.isNaN(Number(text)) ? null : Number(text);
  };

  const read = (table, columns, kind) => {
    const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
    const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    return {
      labels: rows.map((row) => row.cells[0].textContent.trim()),
      datasets: columns.map((column, index) => ({
        label: names[column],
        data: rows.map((row) => figureIn(row.cells[column])),
        backgroundColor: colour(`--chart-${(index % 8) + 1}`),
        // Stacked parts are set apart by a line, lines by dashes and points: not by colour alone.
        borderColor: colour(kind === "line" ? `--chart-${(index % 8) + 1}` : "--surface"),
        borderWidth: kind === "line" ? 2 : kind === "stacked" ? 1 : 0,
        borderDash: DASHES[index % DASHES.length],
        pointStyle: POINTS[index % POINTS.length],
        pointRadius: rows.length > 40 ? 0 : 3,
        maxBarThickness: 40,
      })),
    };
  };

  const options = (figure, kind, columns) => {
    const axis = (counts) => ({
      stacked: kind === "stacked",
      beginAtZero: counts,
      grid: { color: colour("--line"), display: counts },
      border: { color: colour("--line-strong") },
      ticks: { color: colour("--muted"), ...(counts ? { precision: 0 } : { maxRotation: 45 }) },
    });
    const across = kind === "across";
    return {
      animation: false, maintainAspectRatio: false, indexAxis: across ? "y" : "x",
      locale: document.documentElement.lang,
      scales: { x: axis(across), y: axis(!across) },
      interaction: { mode: "index", intersect: false, axis: across ? "y" : "x" },
      plugins: {
        legend: { display: columns.length > 1, labels: { color: colour("--text"), usePointStyle: kind === "line", boxWidth: kind === "line" ? 8 : 24, boxHeight: 8 } },
      },
    };
  };

  const canvasOf = (figure) => {
    let canvas = figure.querySelector("canvas");
    if (!canvas) {
      // Chart.js measures the canvas's parent, which must hold nothing else.
      const box = document.createElement("div");
      box.className = "chart";
      canvas = document.createElement("canvas");
      box.append(canvas);
      figure.append(box);
    }
    canvas.setAttribute("role", "img");
    const name = figure.getAttribute("aria-label") || figure.querySelector("figcaption")?.textContent.trim();
    if (name && !canvas.hasAttribute("aria-label")) canvas.setAttribute("aria-label", name);
    return canvas;
  };

  const draw = (figure) => {
    const table = source(figure);
    if (!table) return;
    const kind = figure.dataset.chart;
    const all = [...table.tHead.rows[0].cells].keys();
    const columns = figure.dataset.columns?.split(",").map(Number) ?? [...all].slice(1);
    const canvas = canvasOf(figure);
    // Lying bars need a line each; however many there are.
    if (kind === "across") canvas.parentElement.style.minHeight = `${table.tBodies[0].rows.length * 1.5 + 3}rem`;
    charts.push(new Chart(canvas, {
      type: kind === "line" ? "line" : "bar",
      data: read(table, columns, kind),
      options: options(figure, kind, columns),
    }));
  };

  const drawAll = () => {
    charts.splice(0).forEach((chart) => chart.destroy());
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    figures().forEach(draw);
  };

  // Paper is light, and shows the figures behind the curves.
  const theme = () => document.documentElement.dataset.theme;
  let themeOnScreen;
  const toPaper = () => {
    themeOnScreen ??= theme();
    document.documentElement.dataset.theme = "light";
    opened = figures().map((figure) => source(figure)?.closest("details")).filter((it) => it && !it.open);
    opened.forEach((details) => { details.open = true; });
    drawAll();
  };
  const toScreen = () => {
    document.documentElement.dataset.theme = themeOnScreen ?? theme();
    themeOnScreen = undefined;
    opened.forEach((details) => { details.open = false; });
    drawAll();
  };

  drawAll();
  document.fonts?.ready.then(drawAll);
  document.addEventListener("themechange", drawAll);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.querySelector?.("figure[data-chart]") || event.target.matches?.("figure[data-chart]")) drawAll();
  });
  window.addEventListener("beforeprint", toPaper);
  window.addEventListener("afterprint", toScreen);
})();
