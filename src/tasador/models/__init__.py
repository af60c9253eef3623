"""Price models: candidates, baselines, splits, metrics, evaluation. Does no I/O."""
