"""What the API costs beside other servers, each started here, on this machine, in one run."""
