"""信任: who asks, by which right, and the proof of it."""
