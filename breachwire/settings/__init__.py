"""What a colleague tunes: the files of config/, read once, checked strictly, handed down as one `Settings`.

Lives here: `models` and `keywords` (the only declaration of what each file may say), `load` (files and environment to
values, errors with file, key and nearest valid key) and `schema` (JSON Schema for editors).
May be imported: everything here by every room above; the rooms below it are `records`, `errors`, `identity`.
Never happens here: a default that is not documented in config/, or a read at import time.
"""

from breachwire.settings.load import load
from breachwire.settings.models import Settings

__all__ = ["Settings", "load"]
