"""Files as bytes: which rows of cells they hold, whatever program wrote them."""
