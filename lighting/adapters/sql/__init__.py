"""The database: SQLite or PostgreSQL behind the stores that features ask for; see README.md."""
