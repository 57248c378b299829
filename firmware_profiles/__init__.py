"""What each lantern firmware understands and how to say it in bytes: program <-> frames, bytes -> readings."""
