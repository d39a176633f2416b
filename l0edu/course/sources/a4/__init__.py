"""What belongs to assignment a4, gated dense and conv layers?"""
