"""What belongs to assignment a7, the mutant hunt?"""
