"""What each page of the portal shows, as plain values, and the routes that show it."""
