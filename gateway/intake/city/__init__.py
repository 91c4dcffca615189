"""A number of subjects and a seed -> the files of an invented city, as its departments would send them."""
