// Tokens and the clock.

function drawTime({ tokens, clock }) {
  const early = tokens.issuedWithEarlyExpiry ? `, ${tokens.issuedWithEarlyExpiry} of them with an early end` : "";
  byId("token-state").textContent = `Tokens issued: ${tokens.issued}${early}. New ones live ${tokens.lifetimeMs / 1000} seconds.`;
  const time = new Date(clock.timeMs).toISOString().replace("T", " ").slice(0, 19);
  byId("clock-state").textContent = `The clock shows ${time} UTC${clock.isReal ? "" : ", which is not the time of this machine"}.`;
}

function startTime() {
  onClick("tokens-expire", async () => {
    await post("tokens/expire");
    return "All tokens have expired.";
  });
  onClick("tokens-revoke", async () => {
    await post("tokens/revoke");
    return "All tokens were revoked.";
  });
  onSubmit("lifetime-form", async () => {
    await put("tokens/lifetime", { lifetimeMs: Math.round(readNumber("lifetime") * 1000) });
    return "New tokens have this lifetime.";
  });
  for (const button of document.querySelectorAll("[data-advance]")) {
    button.addEventListener("click", () => run(async () => {
      await post("clock/advance", { byMs: Number(button.dataset.advance) * 1000 });
      return `It is ${button.textContent} now.`;
    }));
  }
  onClick("clock-reset", async () => {
    await remove("clock");
    return "The clock shows the time of this machine.";
  });
  onSubmit("clock-form", async () => {
    await put("clock", { timeMs: Date.parse(`${byId("clock-time").value}Z`) });
    return "The clock was set.";
  });
}

