// Draws <figure data-chart="bar" data-source="#table"> from the table, which stays there to be read.
(() => {
  const charts = [];
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const read = (table, columns) => {
    const rows = [...table.tBodies[0].rows];
    const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    return {
      labels: rows.map((row) => row.cells[0].textContent.trim()),
      datasets: columns.map((column, index) => ({
        label: names[column],
        data: rows.map((row) => Number(row.cells[column].dataset.value || 0)),
        backgroundColor: colour(`--chart-${index + 1}`),
        borderColor: colour(`--chart-${index + 1}`),
        borderRadius: 3,
      })),
    };
  };

  const draw = (figure) => {
    const kind = figure.dataset.chart;
    const columns = figure.dataset.columns.split(",").map(Number);
    const across = kind === "across";
    const axis = (stacked) => ({
      stacked, grid: { color: colour("--line") }, ticks: { color: colour("--muted"), precision: 0 },
    });
    charts.push(new Chart(figure.querySelector("canvas"), {
      type: kind === "line" ? "line" : "bar",
      data: read(document.querySelector(figure.dataset.source), columns),
      options: {
        animation: false, maintainAspectRatio: false, indexAxis: across ? "y" : "x",
        scales: { x: axis(kind === "stacked"), y: axis(kind === "stacked") },
        plugins: { legend: { display: columns.length > 1, labels: { color: colour("--text") } } },
      },
    }));
  };

  const drawAll = () => {
    charts.splice(0).forEach((chart) => chart.destroy());
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    document.querySelectorAll("figure[data-chart]").forEach(draw);
  };
  drawAll();
  document.addEventListener("themechange", drawAll);
  window.addEventListener("beforeprint", () => charts.forEach((chart) => chart.resize()));
})();
