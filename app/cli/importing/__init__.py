"""What other sites give away, brought in: the dumps of Stack Exchange."""
