"""How customer companies and experts get on: counted by account, never by person."""
