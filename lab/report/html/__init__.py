"""The report for people: one self-contained HTML file per language, from an evidence bundle and the catalogue alone.

The files load nothing: style, script, picture and data are inside, and a content security policy forbids the rest. What
matters is plain HTML; the full list of checks is packed beside it and unpacked by the script.
"""

from lab.report.html.page import prepare
from lab.report.html.write import LANGUAGES, write_html

__all__ = ["LANGUAGES", "prepare", "write_html"]
