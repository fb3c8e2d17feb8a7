"""How each vendored file of lessons 15 to 22 is made from the package that ships its data."""
