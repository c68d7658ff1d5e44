(function () {
  "use strict";
  var root = document.documentElement;
  var layers = JSON.parse(document.getElementById("layers").textContent);
  var tiles = Array.prototype.slice.call(document.querySelectorAll(".tile"));
  var indicator = document.getElementById("indicator"), kind = document.getElementById("kind");
  var place = document.getElementById("place"), chosen = null;

  function language() { return root.lang === "en" ? 1 : 0; }

  function speak(name) {
    root.lang = name;
    document.title = root.getAttribute("data-title-" + name);
    Array.prototype.forEach.call(document.querySelectorAll("option"), function (option) {
      option.textContent = option.getAttribute("data-" + name);
    });
    describe();
  }

  function describe() {
    if (!chosen || !indicator) { return; }
    var layer = layers[indicator.value + "." + kind.value], k = tiles.indexOf(chosen), zh = language() === 0;
    var value = layer.written[k], text = chosen.getAttribute(zh ? "data-zh" : "data-en");
    if (value === "—") { text += zh ? "：推算值，不按县公布" : ": imputed, not shown for a single county"; }
    else {
      text += (zh ? "：" : ": ") + value + (layer.unit[language()] === "%" || zh ? "" : " ") + layer.unit[language()];
      if (layer.unclear[k]) { text += zh ? "（在随机波动之内）" : " (cannot be told from chance)"; }
    }
    place.textContent = text;
  }

  function choose(tile) {
    chosen = tile;
    document.getElementById("chosen").setAttribute("d", tile.querySelector(".shape").getAttribute("d"));
    describe();
  }

  function show() {
    var layer = layers[indicator.value + "." + kind.value];
    tiles.forEach(function (tile, k) {
      var colour = layer.colours[k], missing = layer.written[k] === "—";
      tile.querySelector(".shape").setAttribute("fill", colour);
      tile.querySelector(".hatch").setAttribute("fill", missing ? "url(#missing)" : layer.unclear[k] ? "url(#unclear)" : "none");
      Array.prototype.forEach.call(tile.querySelectorAll("text"), function (text) { text.style.fill = bright(colour) ? "#222" : "#fff"; });
    });
    document.getElementById("finding").innerHTML = "";
    ["zh", "en"].forEach(function (name, k) {
      var span = document.createElement("span");
      span.className = name; span.lang = name; span.textContent = layer.finding[k];
      document.getElementById("finding").appendChild(span);
      document.querySelector("#unit ." + name).textContent = layer.unit[k];
    });
    document.querySelector("#gradient").style.background = "linear-gradient(to right," + layer.gradient.join(",") + ")";
    var ticks = document.getElementById("ticks");
    ticks.textContent = "";
    layer.ticks.forEach(function (tick) { var s = document.createElement("span"); s.textContent = tick; ticks.appendChild(s); });
    describe();
  }

  function bright(colour) {
    var c = [1, 3, 5].map(function (at) {
      var v = parseInt(colour.substr(at, 2), 16) / 255;
      return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
    });
    return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2] > 0.213;
  }

  Array.prototype.forEach.call(document.querySelectorAll("[data-language]"), function (button) {
    button.addEventListener("click", function () { history.replaceState(null, "", "#" + button.getAttribute("data-language")); speak(button.getAttribute("data-language")); });
  });
  window.addEventListener("hashchange", function () { if (/^#(zh|en)$/.test(location.hash)) { speak(location.hash.slice(1)); } });
  window.addEventListener("beforeprint", function () {
    Array.prototype.forEach.call(document.querySelectorAll("details"), function (one) { one.open = true; });
  });
  if (indicator) {
    indicator.addEventListener("change", show);
    kind.addEventListener("change", show);
    tiles.forEach(function (tile) {
      tile.addEventListener("click", function () { choose(tile); });
      tile.addEventListener("focus", function () { choose(tile); });
    });
    show();
  }
  speak(/^#(zh|en)$/.test(location.hash) ? location.hash.slice(1) : root.lang);
})();
