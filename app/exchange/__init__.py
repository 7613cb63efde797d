"""What other systems are told about accounts, and what they tell: never anything about a person."""
