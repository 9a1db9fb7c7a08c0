"""The HTTP interface: routes and answers are pure, the server holds connections and time."""
