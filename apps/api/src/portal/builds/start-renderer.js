/** Runs in the preview's frame, behind Redoc: shows the document that the page holds. */
'use strict';

// Links lead within the document, or nowhere.
document.addEventListener(
  'click',
  (event) => {
    if (event.target.closest('a:not([href^="#"])')) event.preventDefault();
  },
  true,
);

globalThis.Redoc.init(
  JSON.parse(document.getElementById('document').textContent),
  {
    sanitize: true,
    // Search would start a worker, and a download needs an address to fetch from.
    disableSearch: true,
    hideDownloadButtons: true,
    nativeScrollbars: true,
    theme: {
      typography: {
        fontFamily: 'system-ui, sans-serif',
        headings: { fontFamily: 'system-ui, sans-serif' },
      },
    },
  },
  document.getElementById('reference'),
);
