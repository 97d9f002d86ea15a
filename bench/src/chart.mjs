import { caseName, contenderName } from './names.mjs';

const WIDTH = 760;
const LABEL_WIDTH = 250;
const VALUE_WIDTH = 60;
const BAR_HEIGHT = 18;
const LINE_HEIGHT = 26;
const HEAD_HEIGHT = 34;
const MARGIN = 16;

// Middle tones that can be read on white and on black, for viewers that do not tell which they show.
const style = `
    text { font: 13px system-ui, sans-serif; fill: #57606a }
    .head { font-weight: 600 }
    .bar { fill: #8c959f }
    .own { fill: #2da44e }
    @media (prefers-color-scheme: dark) { text { fill: #9da7b1 } .bar { fill: #6e7781 } .own { fill: #3fb950 } }
`;

/**
 * Draws the processor time of a request against the bare server's: bars, one group a case.
 * @param {readonly { subject: object, rows: readonly import('./summary.mjs').Row[] }[]} groups
 * @param {string} note date, machine, versions
 * @returns {string} SVG
 */
export function chart(groups, note) {
  const shown = groups
    .map(({ subject, rows }) => ({ name: caseName(subject), rows: rows.filter((row) => row.fixedCpuRatio) }))
    .filter(({ rows }) => rows.length > 0);
  const longest = Math.max(1, ...shown.flatMap(({ rows }) => rows.map((row) => row.fixedCpuRatio.median)));
  const scale = (WIDTH - 2 * MARGIN - LABEL_WIDTH - VALUE_WIDTH) / longest;
  const parts = [];
  let y = MARGIN;
  for (const { name, rows } of shown) {
    parts.push(text('head', { x: MARGIN, y: y + 16, content: name }));
    y += HEAD_HEIGHT;
    for (const row of rows) {
      parts.push(...bar(row, y, scale));
      y += LINE_HEIGHT;
    }
    y += MARGIN;
  }
  parts.push(text('note', { x: MARGIN, y: y + 12, content: note }));
  const height = y + 12 + MARGIN;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">
  <title>Processor time of a request, the bare server is 1</title>
  <style>${style}  </style>
  ${parts.join('\n  ')}
</svg>
`;
}

function bar({ contender, fixedCpuRatio }, y, scale) {
  const x = MARGIN + LABEL_WIDTH;
  const width = Math.max(1, fixedCpuRatio.median * scale);
  const kind = contender === 'otelier' ? 'bar own' : 'bar';
  const middle = y + BAR_HEIGHT - 5;
  return [
    text('label', { x: MARGIN, y: middle, content: contenderName(contender) }),
    `<rect class="${kind}" x="${x}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" rx="2"/>`,
    text('value', { x: Math.round(x + width + 6), y: middle, content: `${fixedCpuRatio.median.toFixed(2)} ×` }),
  ];
}

function text(kind, { x, y, content }) {
  return `<text class="${kind}" x="${x}" y="${y}">${escapeText(content)}</text>`;
}

function escapeText(content) {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
