"""The register (特定通信台帳) as a spreadsheet: a CSV file read to the same entries as YAML, and written from them.

Every problem names the cell, by row and column as the spreadsheet counts them. What the entries may open is judged where
all entries are judged; here is only what the cells say.
"""

from lab.scenario.sheet.decode import ENCODINGS
from lab.scenario.sheet.inside import SheetFile, take_sheet
from lab.scenario.sheet.load import RegisterSheet, load_sheet
from lab.scenario.sheet.write import as_csv, as_yaml

__all__ = ["ENCODINGS", "RegisterSheet", "SheetFile", "as_csv", "as_yaml", "load_sheet", "take_sheet"]
