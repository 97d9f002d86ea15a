/** What an address may be, for messages. */
export const HTTP_URL = 'an absolute http or https URL, whose credentials, if any, are percent-encoded';

/** Whether a text is an absolute http or https URL, with credentials that can be read. */
export function isHttpUrl(text: unknown): text is string {
  return typeof text === 'string' && /^https?:\/\//i.test(text) && URL.canParse(text) && hasCredentials(new URL(text));
}

function hasCredentials({ username, password }: URL): boolean {
  try {
    [username, password].forEach((part) => decodeURIComponent(part));
    return true;
  } catch {
    // A percent sign that stands for itself.
    return false;
  }
}

/** An address for messages, right or wrong: user-info, query and fragment may hold a key and are left out. */
export function hideUrlSecrets(text: string): string {
  const [, scheme = '', rest = text] = /^([a-z][a-z\d+.-]*:\/\/)?([^]*)$/i.exec(text) ?? [];
  const [, hadUserInfo, shown] = /^([^/?#@]*@)?([^?#@]*)(?:[?#][^@]*)?$/.exec(rest) ?? [];
  // With an @ anywhere else nobody can say where the secret ends.
  return shown === undefined ? `${scheme}REDACTED` : `${scheme}${hadUserInfo === undefined ? '' : 'REDACTED@'}${shown}`;
}
