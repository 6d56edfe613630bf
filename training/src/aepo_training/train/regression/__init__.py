"""What training changed beside the preferences: figures of the model before and after a run (`regression.json`)."""
