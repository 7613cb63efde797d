"""Who: members, experts, handles, roles, addresses."""
