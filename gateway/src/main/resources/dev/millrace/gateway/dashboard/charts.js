/** Charts, drawn by Chart.js. A table next to each chart has the present rates or the totals. */
const COLOURS = ["#2563eb", "#ea580c", "#16a34a", "#9333ea", "#0891b2", "#ca8a04", "#db2777", "#65a30d", "#64748b"];
const MINUTES = 30;
const charts = new Map();
const colours = new Map();
const shown = new Map();
const dark = matchMedia("(prefers-color-scheme: dark)");

function applyColours() {
  Chart.defaults.color = dark.matches ? "#a3aebb" : "#56606d";
  Chart.defaults.borderColor = dark.matches ? "#2c3744" : "#dde2e8";
}

dark.addEventListener("change", () => {
  applyColours();
  charts.forEach((chart) => chart.destroy());
  charts.clear();
  shown.forEach((figures, id) => bars(id, ...figures));
});

/** Returns the colour of a model or tenant, which keeps it in every chart. */
function colourOf(label) {
  if (!colours.has(label)) {
    colours.set(label, COLOURS[colours.size % COLOURS.length]);
  }
  return colours.get(label);
}

/** Shows stacked bars; series are objects with label and data. */
export function bars(id, labels, series, unit) {
  shown.set(id, [labels, series, unit]);
  let chart = charts.get(id);
  if (!chart) {
    applyColours();
    chart = new Chart(document.getElementById(id), {
      type: "bar",
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false },
        plugins: { legend: { position: "bottom", labels: { boxWidth: 12 } } },
        scales: {
          x: { stacked: true, grid: { display: false }, ticks: { maxRotation: 0, autoSkipPadding: 12 } },
          y: { stacked: true, beginAtZero: true, title: { display: true, text: unit } },
        },
      },
    });
    charts.set(id, chart);
  }
  chart.data = {
    labels,
    datasets: series.map((each) => ({ ...each, backgroundColor: colourOf(each.label) })),
  };
  chart.update();
}

/** Shows the finished jobs of each minute by model. */
export function throughput(now, minutes) {
  const last = Math.floor(new Date(now).getTime() / 60_000);
  const starts = Array.from({ length: MINUTES }, (_, i) => last - MINUTES + 1 + i);
  const byModel = new Map();
  for (const each of minutes) {
    const model = each.model ?? "no model";
    if (!byModel.has(model)) {
      byModel.set(model, new Array(MINUTES).fill(0));
    }
    const place = new Date(each.starts_at).getTime() / 60_000 - starts[0];
    if (place >= 0 && place < MINUTES) {
      byModel.get(model)[place] += each.jobs;
    }
  }
  bars(
    "throughput",
    starts.map((it) => new Date(it * 60_000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })),
    [...byModel].map(([label, data]) => ({ label, data })),
    "jobs per minute",
  );
}
