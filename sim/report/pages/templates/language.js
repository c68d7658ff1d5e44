(function () {
  "use strict";
  var root = document.documentElement;

  function speak(name) {
    root.lang = name;
    document.title = root.getAttribute("data-title-" + name);
  }

  function asked() { return /^#(zh|en)$/.test(location.hash) ? location.hash.slice(1) : root.lang; }

  Array.prototype.forEach.call(document.querySelectorAll("[data-language]"), function (button) {
    button.addEventListener("click", function () {
      history.replaceState(null, "", "#" + button.getAttribute("data-language"));
      speak(button.getAttribute("data-language"));
    });
  });
  window.addEventListener("hashchange", function () { speak(asked()); });
  window.addEventListener("beforeprint", function () {
    Array.prototype.forEach.call(document.querySelectorAll("details"), function (one) { one.open = true; });
  });
  speak(asked());
})();
