/** Runs in the preview's frame, after Redoc, and renders the document in the page. */
'use strict';

// Only links within the document work.
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
    // Search needs a worker, and the download button a URL.
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
