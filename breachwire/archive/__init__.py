"""What was fetched, kept for ever: WARC 1.1 files, one gzip member a record, that are only ever appended to.

    archive/2026/breachwire-20261122-00001.warc.gz         warcinfo, then for each page a metadata and a response record
    archive/2026/breachwire-20261122-00001.warc.gz.length  bytes known to be whole

    files      names of files, and how much of each is known to be whole
    form       a page and where it came from as WARC records, and back
    scanning   a file's records in order, whatever happened to it
    writing    Archive: keep, read
    verifying  what is wrong with an archive

docs/archive.md says what stands in the records. Contains no clock: files are dated by what is put into them. One writer
at a time; whoever runs nights holds that lock. Nothing here knows the store.
"""

from breachwire.archive.form import Kept, NightOver, Origin
from breachwire.archive.writing import Archive

__all__ = ["Archive", "Kept", "NightOver", "Origin"]
