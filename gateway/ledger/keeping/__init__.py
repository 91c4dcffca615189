"""What becomes of side rows once they are written: opened, checked, held, erased and dropped (PIPL 47, 56)."""
