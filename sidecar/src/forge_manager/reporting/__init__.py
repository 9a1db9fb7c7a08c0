"""What operators see of forging control, and what they ask of it. Nothing here can hold it up."""
