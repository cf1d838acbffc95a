// A blue-noise tile of 64×64 thresholds, made by void and cluster; a test makes it again and compares.
import type { ThresholdMap } from './threshold-map.ts';

const SIZE = 64;
// The ranks of the cells in 256 steps, row by row, in base64: making them takes too long for a request.
const RANKS =
  'CzFo0ELrDGGO0vE4xNlhlstqQBIx9GPBi3Eavj3lyJv+X6NNcNYVrPBYaam+65lF8Vs53F8ctEuq2Cz8kBDFlkf3' +
  'h60ndqHbJkabeByL+zser1jbxHwF5jn6S5QEp2ZHfh3NibUmwXc1yOApUQMvxYO5eQeKzpjxbYwYUKU+XdV1wFMB' +
  '5L45V7UUZ+ZXsgJ104XxkyGhRrIVqWTefzDtCsM26AtCX/ZLihKedY3ja6cSKuej/jtYKBG46cly4q4qjhnanGKE' +
  'Ev11yKUtzEGa604vB3BS0GfbfizKH7ZV0Y6taZ1325GkAuq4RxuyykD6Vc9qThh0voXUQWAxA4Ma7WCxPy3yStGW' +
  'Md1ODPSAJGS3n92/Of4Nllntjkf4dhc/8ydU+zIdz28uZdL5XAt4IYebPciq4QH3oXavlPfDT6EH/H3HkhysZAR/' +
  'krtuq9rGGEN/E6WGKcc9AXKqD5m/XIDUBavCglKv3pokgTih2rHlBPAijTVlTysO5B5Eatw6aNBSDG7jLL/yQOgZ' +
  'WzgJVIz4ZuhWt2vwosDnN2fdKuUduZQ9ZRDwO4cIT8LqjkpiNXK2W3uzy5PavFSBtpglvaaGJqC3Q4FVnHAnzqH+' +
  'euKnK8k2HNRIFIBNI9a3QoulaEd16tihJsxf9aJxEinLDr+VRNcN9B5CfmjxNM8MeuoVRfHXXuwKyBjZr02JKr0/' +
  'bgKUsHeN4jCzXpeFCFb+EMfwFyuKWrp3FrY21lWn/obfGfieMFWl6AaaF6di+VEykcBzNhqLqfszYH8R32KVHM7m' +
  'R1/2BqBy9dEZ7m7KfDVQhKnJQwP+SZHkIIS7aT5zUSxjeMeJbNE3wkzaJIiu4tRWA5nKPnBQkLz1P8YH8a5Whbol' +
  'xD5XyAtBpzOvJZzctwdd4XGe1S6ua0bzAeYct5DOqQXgRxOyYP6Nc0PJB2UitP593rUm4gGkIVmgdEh8MPwNm99p' +
  'rSeTfmbdTPISY4/5MZMcuGOACcWeYY80ndgK7kC5JpPqLIIbqw7toHk9g6MvTGELhMhkOtqL7iPC2xWkbzmCF9P7' +
  'UOi7Aox2w0Ujd8BO6TwU8Nk7G9JNwndaOW+GXPtzwZ9O0znfXS688BRr4x6m80OZ63bDEmmpOI9cv9hP75czcBCj' +
  'KVzNOJ/nrdcRoXrMjUqYdfmmD+Mm+qUWyp4RNlkB72q3fpkcTdeURb+M03O4KxBOri5S3wTzRIMcrQFdt4XFP9mX' +
  '/B9sBVg2avEkXqsnvVkvgWWth0a66itM0q3fjsckRwjO+6hfzfcMXDQVVMyA8ZPVhbpzms0s+GbH4EYb8mN7DVGq' +
  'yIL3mLZE1QT8a90IyOY+H9ADXXiP5GiERBp3p/SQaDd/BbE6dqjkkv2kYiBDDPw7JGIPqHg9iiei0JEvruaIMt5I' +
  'KNAMf5S7OoMdrJJPufZzktw1GrQLKfi5XTPaUxa45ylVh+wou2g+C+Cyz3VfpOez2FbinQvqcFQGvEkdwV4Rs49m' +
  'UeYuVuOgRvUobAubLUyjwP1Zn81xm+sKfZ3MQ5dtwg/STAB+2S2JT5wtwhZ9RokwF8NLszP8edho8Hai9XEY7bkf' +
  'pW0OxGB5zovgYMbvD2pAfuw0UhNA0bIoct4e9TOkZo/IoVK9b/YFge5U0gP6u3LwX4QYwKAplj4D0k4wzZ07e+/T' +
  'hivpBDm0GUGsI4LWJbAClL/kjGhO/wGpT4143yD2ORrukxVA1LQ8kSifaD+QJtKZ3D1bE+G5iSSV4H9cAMNKFa1R' +
  'lNmkV/+GcONXupBI3F95JaoYwzeDX9UVxUNbr3TTYSjlpWIfa8boWrDNCahDD2uA9a5PbP5bsg1Cr/uVZzb4vmsg' +
  'fsIw1AaWOgzqc8YW8EvWfumZu+86rfwEg+QOR7V3w1GM/aEKezYX4X31WLbrI8iOMQ3GOnXqxShwGcqfeAo98UkT' +
  'ZpxQyvqoWh2ePbSTNFoLayoQlmolkb4uo4v6AzfcEjLgSb3xikorbdYyo0kEdNikgdwWnk+N1VbsIk/gm8eL3LDy' +
  'Gm0nftIw94FjEvSv0UfifMtJqOhMZMwhWJ6AsnDOg18mo2THnL4GkWLkvFfzH0i7Kmf1CqYzhbPQgS1aA3EoQ7mN' +
  'wUmXabwF48NxIISfs1ka2zRzEfZ64EHH7CVMmg2u1QE9/hVTgvgbfCmsPJdi7KeJOXvkvwRBYhj5tqLtk2HhOwHu' +
  'Fd1EqFErmz/qAzD5iGK31Jw8rgqRaxFh98Q6826O3newJ90/w5vabhDOeAJTwtgiSm7/l6rZckAeTc8Qe6fPV7F6' +
  'II/Ze/pdu25Qw5sHfFMcxlsqtdQxqowYelAsuFc0lMxxqFkJSP2HuOI0+xRgtaEWWMo2DZHD5YWtNfchaocs/2HL' +
  'Og6tGM+S4yVE6yn0j23og/9OeuVC272Z6R3RCO5eDjDyjcYtWR1Gqn2WQOyF0XgihPNZLGwHWMCXS+qiP8EHoGzn' +
  'ikkzeg+pasmvOdkCoEQUmsAEcileCYKiaKtBiOO4eB5qsN+fbcgm0mwGL/REvOFHrtWW/SXbZRa9C92VSu4lVrzd' +
  'pPNb1ocMmGZMvC/PaCTvWLSf+Ms3S/J9wxiZTNSi6T4OjPUJVuimwFSdEJBkAXkZPrV4jjnQfFJuIoGx1HYFKmcb' +
  'uDj5VOYYhvl4r+GBO5LZSBtvsdsSLVj5JmY6AVR/1WAvuoI5GYnXcLQyzaHuwl7fTQr1pSuy98tgETWX/YHMmk19' +
  'HsBzzqQjWw1LpsQRL4bnlCVki9azctywyPaWvRutSuKcZflIJOdd/B5RiiinFJzEa0jnhhc4p/LBRq1VNu8Az6Mu' +
  'RQbtPMmR8h1k/HW5AFPG/0CdBDeMEH4jaTHtcJAg0QCpvXoIQKZ01jxt9IQ05SCWAF2e4U+Kbx/hELqJbOdYkL1g' +
  'gLNs2jJ7z0KkWtM6oA16v1PtpV1F26ZMxgr/PndT3jGXz4XCEpXmBstSsGCAttNCxHUqC9FeknXYJkGxD/3XKpoa' +
  'SQK4VpgK5R7yg7Vc6yFtyRf8wo4H44KdXrHJiBxn9lcp4mUutUZ3ItUP8S9z/hOSuOmiMfZEnmHHkjd+q1Dpv/uj' +
  'iO4ovmeQLHEYzjOS5EKEJnI6tlgiN9cTLu+jP7cRrEee+F+MqfyVRMZWqSNn3lhBf8QIsx3xE99mIHMIjDV3WhM/' +
  '1X1Mza1E4IdRpgiyWZ7mGvV1ruhqkkq/DHTWiO13As8exhE1Zn2fCdeMNawE+SFaceJUeKZIvPM7zGTeIMXhb6sY' +
  'oQf7Y78O93XTMd29SWaYxQ1Go/aAYeSVTx86u1aFPuBTvOok4j947VDMco+01Zg4jtEwiA6Y57QTnUOQsi75XNg9' +
  'gSGaOK4jYowVegHQLlGGzSkD0iKnMv1p0pIk8qZql4ADq16/F7ebGdkxSxDzIMEG+mDaUSiCVdX0ZgVQhZgm5bZV' +
  '72naSsTpQ/msiOAc/WSyeT+5WgjFqw/nY8EKKu1H1zSQ9GksRIRf7J9+Y6xOb68dxHcB/6wwGX/O6BTEb0mUFM6K' +
  'BXujG5lsNlu1eZw17VLch/NxjUF/MJ1KfMuwHHDITgqHxfyqCbwmyT3fhetBlTSlyUBvjLpZoEGtMu4Dx3YvRrL9' +
  'M1nYwiDuCULBEIsfnxM3zyPuUrTdGvY3XIv+oSWv4FQdc95OcPoAmysOzXzvZd2WF9E88CV03VR/qV3gn+wXZb2E' +
  'CE2LpNNu5lzXtmTmT66aZcIJiWyrleQTPFrrdzOe0jmUFa6JV77ZaFW6E08rvFzmBpTGDo/AG/89JLpXj9Yj56j2' +
  'cS9TkiehQHYuw34C4Rt5+jvWUgB01Lt/ENdlAoK4Yu8y1B93PI38I6qJCfh7SbFrTvZjK59s04YLczidSXY2GcXg' +
  'FbzwBcv0D5T+YD/NLJdeH8QvsUshk8dJtfhF4SjDbUWi9K8SmkbobZ02qRuH2zWo1UXlD5dO9cHkAK7PYJhDq2WD' +
  'OG2IUqRFJ7aKp03luaHrhfiaZ/M2oySPFFidBo7jDGMt4XTHMddRZ8voKroZewCFsVjJNagiYYL7ErvuhgT+TdOv' +
  'Ib/ee9EMcPIUfwZBb1cOO9cGXX3sa82tfPtStYHKTbtaAoK27w2QRF/6nFTA7DN2HeZrktlOMZFTInDaK58W5WI2' +
  'FWjsWb4222fQkRnfy6xyvOEYuFAw6Rc80B8375AhpfdjH5rWeb4HhDzRZiGY+beJBj62GsZ14zuyWsh0ikeZ+rOO' +
  'MaMflVSzLf+9gSRSiy6XP9UEk3K+Ypp2qmkO2DmLzUNvIzXsomvkFKpL0wxiTMv3nFzxogjNmhE/tfMAyn5QCcVI' +
  '+syAHKBIYTie6BH2WauD/6ZC3inyA95IwX1T5BGqUf2wTB7FLZHycog63KAtdBOFJ0ZhefiN5yBeMm8h2JzmemQB' +
  'Qu5u3AewasZIer4hbixbEK6JULswlf8otGkuwYMDk3TfV7FEBbolqG4X5lPB6anbvxsvUWyn3MGk7EBgLReri9W2' +
  'FIjM6xqRK9oL6km55c55G9JlgBZcogj0k9dh5T3QDIr7el7pyFb9s3yVQQJtN4LprNEHgUWQVRKwitO58CZeNJtS' +
  'KHxX/KZlic2dGI1pSPmjPuyw20bMez4bnSq9ZKI4INacF0CRBDTPINhbuJkNVZU9uuUUKdR8/wVtOE2W43W/+Ko9' +
  'wAlBtlMydvQ7BrspjgvJLXGLI1jhukvzgBruzG63MobZc+JLY6r3jCLx1Gkk/HVdnvVoO71ToNt7CcUeRgRp4Y1v' +
  '1iLxArFVypbkXdlzUpgA8LOWDHDKCFuzRYZUE/dOsCecuoMNOHLHSjG0hskZMrWHyh2YK8cW+qhW7X/Zlxwv65uA' +
  'x5XfHnGoNIAVrPu+ZkHTNfulPI3XLpkA4qZoyglc9RbJ6aJVCat57QVMpe9DAk3ndPJfiEJqKpCyM8tftEoNWjhr' +
  'RYn9DlDwxUUwHt99E2OEIuysdPm+ccY8JX3oijJvRyV90v6SHVnaj2rXesBjqQpFtCTUut8SZksP9XnQpvoaq9Qr' +
  'Yc+1IZVsiKhUmcSs3FZpEUocXSqO8523QtCn2pNgsRRAZ+KePLwoFJct3YrOf+OUDHY3mf3EpYo+I2fAfeURuZw+' +
  'fFnYCOvOD/csSBa9M9CR2qjoSw1eFnQfVgP4xTTniLUvxA9h669Q/RA6WhkzY6TyV9B7HlrjAO2PLkmWVXbrAd6l' +
  'NbFNeDptj+p5mv+weTsHbM6E3cP/lMA8chqfXMwAUYT6eEKIyWe0mfSsyupLJ7AGQrctbaC4V9wI9zPLI2ePFvtk' +
  'Ir6g0RtbywJPIVvzwpgiN6RNLGTpqofiSnwn6mzTGavgBzJ7INZKbowAfMKOZemD28pDehXMpm6zh0z0wUWDyZPv' +
  'BUfeqTuHud6gFoJTuPZxBbGCD08puQr2p42yRJgnVdKi71uGEiq7PN0X+DSbUAqTHf85gV4f2A6bryx04ws3XX63' +
  'aifwbw==';

/** Thresholds inside 0…1 without low frequencies: cells of similar rank keep their distance, in every direction. */
export function blueNoise(): ThresholdMap {
  const ranks = Uint8Array.from(atob(RANKS), (char) => char.charCodeAt(0));
  return { size: SIZE, thresholds: Float32Array.from(ranks, (rank) => (rank + 0.5) / 256) };
}
