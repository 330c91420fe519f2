"""Pure rules of the lake: what a question may contain, how it becomes governed SQL, what may come in."""
