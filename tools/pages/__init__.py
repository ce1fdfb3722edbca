"""The lessons as pages that need nothing: `python3 course.py site` writes them.

`convert.py` turns a notebook into cells of HTML, `maths.py` its formulas into MathML; `page.py` makes a page of them,
`start.py` the first page with map, glossary and search, and `build.py` writes all.
"""
