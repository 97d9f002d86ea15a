/**
 * The rows in what the driver answers: none are told of an answer without rows.
 *
 * @param resultSets - how many results there were, where that is known: rows as arrays look like results
 */
export function returnedRows(answer: unknown, resultSets: number | undefined): number | undefined {
  if (!Array.isArray(answer)) {
    return undefined;
  }
  if (resultSets === 1) {
    return answer.length;
  }
  const results = answer.filter((part): part is unknown[] => Array.isArray(part));
  if (resultSets === undefined) {
    return results.length > 0 || answer.some(isHeader) ? undefined : answer.length;
  }
  return results.length === 0 ? undefined : results.reduce((sum, rows) => sum + rows.length, 0);
}

/** What the server answers to a statement that returns no rows. */
function isHeader(part: unknown): boolean {
  return typeof part === 'object' && part !== null && 'affectedRows' in part && 'serverStatus' in part;
}
