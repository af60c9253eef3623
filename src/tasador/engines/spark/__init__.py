"""The steps on a Spark cluster: the only package that knows Spark. What looks at one row is what runs elsewhere too."""
