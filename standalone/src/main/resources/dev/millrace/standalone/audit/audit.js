"use strict";
const data = JSON.parse(document.getElementById("figures").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
Chart.defaults.color = dark ? "#e5e7eb" : "#374151";
Chart.defaults.borderColor = dark ? "#374151" : "#e5e7eb";
Chart.defaults.animation = false;
for (const chart of data.charts) {
  new Chart(document.getElementById(chart.id), {
    type: "bar",
    data: { labels: data.models, datasets: chart.series },
    options: {
      maintainAspectRatio: false,
      scales: {
        x: { stacked: chart.stacked },
        y: { stacked: chart.stacked, beginAtZero: true, title: { display: true, text: chart.unit } }
      }
    }
  });
}
