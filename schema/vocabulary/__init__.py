"""The closed lists: each word that may be stored, filtered on or shown, with its Chinese and English label."""
