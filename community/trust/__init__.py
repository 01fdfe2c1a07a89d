"""What a level of trust opens, how fast one may write, and the night that looks at levels again."""
