"""The course as a static website, made from the committed notebooks: `make book`."""
