"""What belongs to assignment a3, penalties for groups?"""
