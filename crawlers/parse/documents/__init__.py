"""Files to text: pdf, docx, doc, wps, xls, xlsx, et, pptx, ofd, rtf, text, and archives of those.

Pure, and meant to run in a process of its own (`__main__`, started by `crawlers.reading`): the libraries
under it were not written for files that want to do harm, and nobody else needs them in memory. The door is
`contents.contents`. What cannot be read is named, never guessed.
"""
