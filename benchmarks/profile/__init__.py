"""What the exploratory analysis costs, beside other libraries' and as the catalogue grows."""
