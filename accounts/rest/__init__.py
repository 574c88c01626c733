"""What every app's part of the REST API is made of."""
