"""What is done to programmes, people in them, contents and terms; each writes its audit entry in its own transaction."""
