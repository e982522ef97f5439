// Makes the search find Thai. The index of mdBook has the beginnings and ends of words without letters that are not ASCII, and expects
// spaces between words, which Thai does not have. This adds each run of Thai letters to the index when it is loaded, and the run from
// each of its letters on, because the search finds beginnings.
(() => {
  const { elasticlunr } = window;
  if (!elasticlunr) return;
  const thai = /\p{Script=Thai}+/gu;
  const letter = /\p{L}/u;
  // More than anybody types.
  const longest = 40;

  const trimmer = elasticlunr.trimmer;
  const keeping = (token) => (token?.match(thai) ? token.match(thai).join("") : trimmer(token));
  elasticlunr.Pipeline.registeredFunctions.trimmer = Object.assign(keeping, { label: "trimmer" });

  const load = elasticlunr.Index.load;
  elasticlunr.Index.load = (saved) => {
    const index = load.call(elasticlunr.Index, saved);
    for (const [ref, doc] of Object.entries(index.documentStore.docs)) {
      for (const field of ["title", "body"]) {
        for (const [run] of (doc[field] ?? "").matchAll(thai)) {
          for (let start = 0; start < run.length; start += 1) {
            const word = run.slice(start, start + longest);
            if (letter.test(run[start])) index.index[field].addToken(word, { ref, tf: 1 });
          }
        }
      }
    }
    return index;
  };
})();
