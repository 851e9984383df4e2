"""SDTM in: a folder of domains (XPT, Dataset-JSON, CSV) becomes the tables of a study folder, and so records."""
