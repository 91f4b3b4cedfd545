"""What is done to programmes, contents and terms; each writes its audit entry in its own transaction."""
