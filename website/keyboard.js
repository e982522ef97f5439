// Lets the keyboard reach what the theme of mdBook leaves to the mouse: the button of the menu, and what scrolls by itself.
(() => {
  const button = document.getElementById("mdbook-sidebar-toggle");
  if (button) {
    button.setAttribute("role", "button");
    button.tabIndex = 0;
    button.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      button.click();
    });
  }
  const reach = () => {
    for (const element of document.querySelectorAll("pre > code, .table-wrapper")) {
      if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
    }
  };
  reach();
  window.addEventListener("load", reach);
  window.addEventListener("resize", reach);
})();
