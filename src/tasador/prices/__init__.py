"""Price histories: change events of a feed to what held from when to when, and what that says."""
