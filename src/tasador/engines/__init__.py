"""How the step of a workflow that takes one part after the other is run: here, or on a Spark cluster."""
