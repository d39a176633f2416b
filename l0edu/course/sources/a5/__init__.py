"""What belongs to assignment a5, liveness and expected FLOPs?"""
