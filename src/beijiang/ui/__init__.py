"""The shell and the parts all pages are built of: layout, components, words in templates, navigation. No tables."""
