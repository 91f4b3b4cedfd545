// On a phone the tab that is open may stand beyond the edge: it is brought into sight.
(() => {
  "use strict";

  const tab = document.querySelector(".tabs [aria-current]");
  const along = tab?.closest(".tabs");
  if (along) along.scrollLeft = tab.offsetLeft - along.offsetLeft - (along.clientWidth - tab.offsetWidth) / 2;
})();
