export async function growAll() {
  return {};
}
