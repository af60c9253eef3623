"""One module a source format: each turns a line into a record, or says why it is none."""
