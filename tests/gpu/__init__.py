"""What runs on a GPU, tried without one: each test has one body, for cuda:0 and for what stands in for it here."""
