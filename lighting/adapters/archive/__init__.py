"""The archive of nights: a Parquet file for each month, and a manifest that says which count."""
