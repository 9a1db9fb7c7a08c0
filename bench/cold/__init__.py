"""How long `make up` takes where nothing is there yet, and what that time goes to."""
