"""Examples as the model has them: the closed list of forms in which facts and expectations are written."""
