"""Files to text: pdf, docx, doc, wps, xls, xlsx, et, pptx, ofd, rtf, text, and archives of those.

Pure, and meant to run in a process of its own (`__main__`, started by `crawlers.reading`): the libraries
under it were not written for files that want to do harm. What cannot be read is named, never guessed.
"""

from crawlers.parse.documents.contents import contents
from crawlers.parse.documents.outcome import Contents, Unread

__all__ = ["Contents", "Unread", "contents"]
