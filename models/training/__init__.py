"""What train.py is made of: one module per model, and a few they share."""
