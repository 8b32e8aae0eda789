"""Files of another platform: read line by line, every problem named, before anything is done with them."""
