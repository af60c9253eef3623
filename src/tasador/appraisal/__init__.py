"""What a game is worth: point price, interval, price points, reasons. The served half: light, does no I/O."""
