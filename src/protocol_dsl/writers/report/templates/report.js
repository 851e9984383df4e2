"use strict";
// Conveniences alone: the report says everything without them.
for (const listing of document.querySelectorAll(".listing")) {
  const rows = [...listing.querySelectorAll("tbody tr")];
  if (rows.length < 2) continue;
  const label = document.createElement("label");
  label.className = "search";
  label.textContent = "Search in this table";
  const box = document.createElement("input");
  box.type = "search";
  box.addEventListener("input", () => {
    const wanted = box.value.toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
  label.append(box);
  listing.querySelector(".scroll").before(label);
}
const people = [...document.querySelectorAll("details.person")];
if (people.length > 1) {
  const button = document.createElement("button");
  button.type = "button";
  const say = () => { button.textContent = people.every((each) => each.open) ? "Close all" : "Open all"; };
  button.addEventListener("click", () => {
    const open = !people.every((each) => each.open);
    for (const each of people) each.open = open;
    say();
  });
  say();
  people[0].before(button);
}
const reveal = () => {
  const target = /^#p\d+$/.test(location.hash) && document.querySelector(location.hash);
  if (target) target.open = true;
};
addEventListener("hashchange", reveal);
reveal();
