"""What does it cost that every answer is in the log?"""
