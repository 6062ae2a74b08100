"""report: the incidents as a folder of pages that works from a file share, offline, without a server.

Lives here: what the pages show (`reading`, `figures`, `cases`), how it is said (`words`), templates and assets, and the
folder that they are written to (`folder`). Observable Plot and D3 stand unchanged in assets/ and draw the charts.
May be imported: `write_report`, `Order` and what `Order` holds.
Never happens here: the network, the clock, a decision about an incident, or text that reaches a page unescaped.
"""

from breachwire.report.shapes import FeedLine, Order, Written
from breachwire.report.writing import write_report

__all__ = ["FeedLine", "Order", "Written", "write_report"]
