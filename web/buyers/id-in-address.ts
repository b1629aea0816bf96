/** The id that the page's address names: `/products/ID`. */
export function idInAddress(): string {
  const [, , id = ''] = location.pathname.split('/');
  try {
    return decodeURIComponent(id);
  } catch {
    // No id of ours: asked for as it is, it is not found.
    return id;
  }
}
