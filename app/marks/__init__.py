"""What people say of an answer beyond votes: recommended, works, outdated, dangerous; and authors owning a mistake."""
