"""The API's part of refunds: the quote, the request, the reading, and the decisions."""
