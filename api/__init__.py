"""HTTP face of the controller: Litestar routes, schemas, error table."""
