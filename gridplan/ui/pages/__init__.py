"""The pages of the app, each at an address of its own."""
