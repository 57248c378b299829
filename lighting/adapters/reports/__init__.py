"""Reports as files: the same document as JSON, CSV, XLSX, HTML and PDF."""
