"""Courses: sections in Markdown files with quizzes in them, read by people who want to learn to listen.

`parser` reads the files and `markdown` renders their text; both are pure. `encode` is the author's tool: it turns
readable statements into the encoded list that a course file holds, and back.
"""
