"""Does a client, in whatever language, really do each operation: scenarios on a Hub of our own, whose log judges."""
