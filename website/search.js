// mdBook's search removes every character that is not ASCII from the ends of a word. This keeps those of other alphabets, such as
// Thai, as the index does.
(() => {
  if (!window.elasticlunr) return;
  const around = /^[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]+$/gu;
  const trimmer = (token) => token?.replace(around, "");
  window.elasticlunr.trimmer = trimmer;
  window.elasticlunr.Pipeline.registerFunction(trimmer, "trimmer");
})();
