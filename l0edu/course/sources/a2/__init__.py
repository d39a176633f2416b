"""What belongs to assignment a2, gradients by hand?"""
