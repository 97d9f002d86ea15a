/**
 * Waits for work, but no longer than a deadline. Keeps the process alive meanwhile, and no longer.
 *
 * @returns whether the work was done in time; it never rejects, and work that fails counts as done
 */
export async function withinDeadline(work: Promise<unknown>, millis: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, millis, false);
  });
  const done = work.then(
    () => true,
    () => true,
  );
  const inTime = await Promise.race([done, late]);
  clearTimeout(timer);
  return inTime;
}
