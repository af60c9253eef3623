"""What each table must look like: columns, types, units, keys and named rules."""
