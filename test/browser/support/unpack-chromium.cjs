// Runs in a process of its own, because the package reads TMPDIR and AWS_EXECUTION_ENV when it is loaded.
require('@sparticuz/chromium').executablePath();
