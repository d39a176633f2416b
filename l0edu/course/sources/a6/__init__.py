"""What belongs to assignment a6, compaction and an experiment?"""
