"""What the API takes and gives, by resource: its shapes, and the translation to the words of the lower apps.

No rule of the house is here.
"""
