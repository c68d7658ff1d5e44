"""The model in the browser: a page on this machine, in which every visitor runs a model of their own."""
