/**
 * uPlot makes a number format of the browser's language while it loads, and a Chromium under a POSIX locale names one
 * that Intl refuses ("en-US@posix"). Imported before uPlot, so that such a browser shows a plot, not a blank page.
 */
function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

if (!isLanguageTag(navigator.language)) Object.defineProperty(navigator, 'language', { value: 'en-US' });

export {};
