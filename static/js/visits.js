// What came since the last visit.
