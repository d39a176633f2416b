"""What would happen to a class? A dry run, before anything is handed out."""
