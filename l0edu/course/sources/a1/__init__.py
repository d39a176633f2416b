"""What belongs to assignment a1, the gate?"""
