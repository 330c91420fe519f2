// Clocks that count down to a moment; past it they say so in words, not by colour alone.
function written(milliseconds, days) {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  const two = (n) => String(n).padStart(2, "0");
  const d = Math.floor(seconds / 86400);
  return `${d ? `${d} ${days} ` : ""}${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function tick(clock) {
  const left = Date.parse(clock.dataset.countdown) - Date.now();
  clock.textContent = left >= 0 ? written(left, clock.dataset.days) : `${clock.dataset.over} ${written(left, clock.dataset.days)}`;
  clock.classList.toggle("text-danger", left < 0);
  clock.classList.toggle("text-warning", left >= 0 && left < 15 * 60 * 1000);
}

const running = new Set();
let timer;

export function clocks(root) {
  root.querySelectorAll("[data-countdown]").forEach((clock) => { running.add(clock); tick(clock); });
  if (running.size && !timer)
    timer = setInterval(() => running.forEach((clock) => (clock.isConnected ? tick(clock) : running.delete(clock))), 1000);
}
