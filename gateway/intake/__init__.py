"""From the files of departments to stored rows: read, checked, masked and sealed, or set aside with every reason."""
