/**
 * Order inversions: pairs of buyers where A had its ticket in hand before B's first press was
 * sent, and yet A's ticket is the higher one. Sorted once by time and counted with a Fenwick
 * tree over ticket ranks, O(n log n): 2,000 buyers make two million pairs, 100,000 five billion.
 * @param {import('./answers.mjs').Buyer[]} buyers
 * @returns {number}
 */
export function countInversions(buyers) {
  const ticketed = buyers.filter(({ acceptedAt }) => acceptedAt !== null);
  const rank = ranks(ticketed.map(({ ticket }) => ticket));
  const sent = [...ticketed].sort((a, b) => a.clickedAt - b.clickedAt);
  const answered = [...ticketed].sort((a, b) => a.acceptedAt - b.acceptedAt);
  const tree = new Array(rank.size + 1).fill(0);
  let inversions = 0;
  let before = 0;
  for (const buyer of sent) {
    while (before < answered.length && answered[before].acceptedAt < buyer.clickedAt) {
      add(tree, rank.get(answered[before].ticket));
      before += 1;
    }
    inversions += before - sumUpTo(tree, rank.get(buyer.ticket));
  }
  return inversions;
}

function ranks(tickets) {
  const sorted = [...new Set(tickets)].sort((a, b) => a - b);
  return new Map(sorted.map((ticket, index) => [ticket, index + 1]));
}

function add(tree, index) {
  for (let at = index; at < tree.length; at += at & -at) tree[at] += 1;
}

function sumUpTo(tree, index) {
  let sum = 0;
  for (let at = index; at > 0; at -= at & -at) sum += tree[at];
  return sum;
}
