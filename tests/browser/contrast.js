// The contrast of an element's words with what they stand on (WCAG 2.2, 1.4.3), as painted now.
(element) => {
  const parts = (words) => words.match(/[\d.]+/g).map(Number);
  const over = ([r, g, b, a = 1], under) => [r, g, b].map((part, n) => part * a + under[n] * (1 - a));
  const grounds = [];
  for (let one = element; one; one = one.parentElement) {
    grounds.unshift(parts(getComputedStyle(one).backgroundColor));
  }
  const ground = grounds.reduce((under, part) => over(part, under), [255, 255, 255]);
  const light = (colour) => colour
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, n) => sum + part * [0.2126, 0.7152, 0.0722][n], 0);
  const words = light(over(parts(getComputedStyle(element).color), ground));
  const [lighter, darker] = [words, light(ground)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}
